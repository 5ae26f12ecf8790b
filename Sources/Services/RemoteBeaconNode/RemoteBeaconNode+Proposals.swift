public import BeaconTypes
import JSON
public import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode: BeaconNodeClient {
    public func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws {
        let duties = try await proposerDuties(epoch: slot / spec.preset.slotsPerEpoch)
        guard let duty = duties.first(where: { $0.slot == slot }) else { return }
        let entry: JSONValue = [
            "validator_index": .string(String(duty.validatorIndex)), "fee_recipient": .string(feeRecipient.checksummed),
        ]
        _ = try await fetch(.post("/eth/v1/validator/prepare_beacon_proposer", [entry]))
    }

    public func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock {
        var request = RESTRequest.get(
            "/eth/v3/validator/blocks/\(slot)",
            [("randao_reveal", randaoReveal.hex), ("graffiti", graffiti.hex), ("builder_boost_factor", "0")])
        request.limit = 64 << 20
        let answer = try await fetch(request)
        guard answer.value["execution_payload_blinded"]?.bool != true else {
            throw answer.malformed("the block is blinded, although no builder was asked for")
        }
        let data = try answer.data
        let version = answer.value["version"]?.string ?? spec.fork.rawValue
        guard data.value["block"] != nil, let members = data.value.object else {
            lastContents = BlockContents(slot: slot, members: nil, version: version)
            return try data.container(BeaconBlock.self, spec)
        }
        lastContents = BlockContents(slot: slot, members: members.filter { $0.name != "block" }, version: version)
        return try data.field("block").container(BeaconBlock.self, spec)
    }

    public func publishBlock(_ block: SignedBeaconBlock) async throws {
        guard let contents = lastContents, contents.slot == block.message.slot else {
            throw RemoteBeaconNodeError.notServed("the block of slot \(block.message.slot) was not produced by this node")
        }
        var body = block.json(spec)
        if let members = contents.members { body = .object([JSONValue.Member("signed_block", body)] + members) }
        _ = try await fetch(.post("/eth/v2/beacon/blocks", body, version: contents.version))
    }

    public func submitAttestations(_ attestations: [SingleAttestation]) async throws {
        let body = JSONValue.array(attestations.map { $0.json(spec) })
        _ = try await fetch(.post("/eth/v2/beacon/pool/attestations", body, version: spec.fork.rawValue))
    }

    /// Offers a signed exit to the node's pool.
    public func submitVoluntaryExit(_ exit: SignedVoluntaryExit) async throws {
        _ = try await fetch(.post("/eth/v1/beacon/pool/voluntary_exits", exit.json(spec)))
    }
}
