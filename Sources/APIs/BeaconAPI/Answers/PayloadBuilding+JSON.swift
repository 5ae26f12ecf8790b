import EngineTypes
import JSON
import Primitives
import ServiceInterfaces

extension PayloadBuilding {
    /// The event `payload_attributes`: the engine's `PayloadAttributesV3` with our `update_id`, in the beacon API's form.
    var json: JSONValue {
        [
            "version": .string(ConsensusVersion.json),
            "data": [
                "proposer_index": .string(String(proposerIndex)), "proposal_slot": .string(String(slot)),
                "parent_block_number": .string(String(parentNumber)), "parent_block_root": .string(parentRoot.hex),
                "parent_block_hash": .string(parentHash.hex), "payload_attributes": attributes.json,
            ],
        ]
    }
}

extension PayloadAttributes {
    fileprivate var json: JSONValue {
        [
            "timestamp": .string(String(timestamp)), "prev_randao": .string(prevRandao.hex),
            "suggested_fee_recipient": .string(suggestedFeeRecipient.hex),
            "withdrawals": .array(
                withdrawals.map { withdrawal in
                    [
                        "index": .string(String(withdrawal.index)), "validator_index": .string(String(withdrawal.validatorIndex)),
                        "address": .string(withdrawal.address.hex), "amount": .string(String(withdrawal.amount)),
                    ]
                }),
            "parent_beacon_block_root": .string(parentBeaconBlockRoot.hex), "update_id": .string(updateID.hex),
        ]
    }
}
