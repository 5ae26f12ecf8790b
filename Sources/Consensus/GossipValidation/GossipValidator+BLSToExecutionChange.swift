public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_bls_to_execution_change_gossip` (capella p2p-interface): topic `bls_to_execution_change`.
    public mutating func validateBLSToExecutionChangeGossip(
        _ signedChange: SignedBLSToExecutionChange, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let change = signedChange.message
            // [IGNORE] This is the first valid bls_to_execution_change received for the validator
            try demand(!seen.blsToExecutionChangeIndices.contains(change.validatorIndex), .ignore(.changeSeen))
            // [IGNORE] The current epoch is at or after the Capella fork epoch
            let isTooEarly = chain.isFutureEpoch(chain.spec.config.capellaForkEpoch, currentTimeMs)
            try demand(!isTooEarly, .ignore(.changeBeforeCapella))
            // [REJECT] The validator index is valid
            let validator = try chain.demandValidator(change.validatorIndex, .validatorOutOfRange)
            // [REJECT] The validator has BLS withdrawal credentials
            let credentials = validator.withdrawalCredentials
            try demand(credentials[0] == Constant.blsWithdrawalPrefix, .reject(.changeCredentials))
            // [REJECT] The bls_to_execution_change is for the validator's withdrawal pubkey
            let hash = SHA256.hash(change.fromBlsPubkey.bytes)
            try demand(credentials.bytes.dropFirst() == hash.bytes.dropFirst(), .reject(.changePublicKey))
            // [REJECT] The signature is valid; address changes are valid across forks: genesis fork version
            let domain = computeDomain(
                Constant.domainBlsToExecutionChange, chain.spec.config.genesisForkVersion,
                chain.headState.state.genesisValidatorsRoot)
            try chain.demandSignature(
                signedChange.signature, of: change.hashTreeRoot(chain.spec), by: [change.fromBlsPubkey], domain, .changeSignature)
            // Mark this bls_to_execution_change as seen
            seen.blsToExecutionChangeIndices.insert(change.validatorIndex)
        }
    }
}
