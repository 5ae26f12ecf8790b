import BeaconTypes
import HTTPDoor
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension OperationEvent {
    static let allTopics: Set<String> = [
        "block_gossip", "attestation", "single_attestation", "voluntary_exit", "bls_to_execution_change", "proposer_slashing",
        "attester_slashing", "contribution_and_proof", "ack_quorum_slashing", "ack_contradiction",
    ]

    /// The event's names in `/eth/v1/events`; none for what has no topic.
    var topics: [String] {
        switch self {
        case .blockGossip: ["block_gossip"]
        case .singleAttestation: ["attestation", "single_attestation"]
        case .aggregate: ["attestation"]
        case .attesterSlashing: ["attester_slashing"]
        case .proposerSlashing: ["proposer_slashing"]
        case .voluntaryExit: ["voluntary_exit"]
        case .blsToExecutionChange: ["bls_to_execution_change"]
        case .syncCommitteeMessage: []
        case .contributionAndProof: ["contribution_and_proof"]
        case .ackQuorumSlashing: ["ack_quorum_slashing"]
        case .ackContradiction: ["ack_contradiction"]
        }
    }
}

extension BeaconDoor {
    /// The event of an operation under the topic asked for; `nil` when it has become impossible to tell.
    func serverSentEvent(_ event: OperationEvent, topic: String, _ services: any BeaconServices) async -> ServerSentEvent? {
        guard let data = await data(of: event, topic: topic, services) else { return nil }
        return ServerSentEvent(event: topic, data: data.description)
    }

    private func data(of event: OperationEvent, topic: String, _ services: any BeaconServices) async -> JSONValue? {
        switch event {
        case .blockGossip(let root, let slot): ["slot": .string(String(slot)), "block": .string(root.hex)]
        case .singleAttestation(let attestation):
            topic == "single_attestation" ? attestation.json(spec) : await aggregated(attestation, services)?.json(spec)
        case .aggregate(let signed): signed.message.aggregate.json(spec)
        case .attesterSlashing(let slashing): slashing.json(spec)
        case .proposerSlashing(let slashing): slashing.json(spec)
        case .voluntaryExit(let exit): exit.json(spec)
        case .blsToExecutionChange(let change): change.json(spec)
        case .syncCommitteeMessage(let message): message.json(spec)
        case .contributionAndProof(let signed): signed.json(spec)
        case .ackQuorumSlashing(let slashing): slashing.json(spec)
        case .ackContradiction(let contradiction): contradiction.json(spec)
        }
    }

    /// A single vote in the form of an aggregate with one bit.
    private func aggregated(_ attestation: SingleAttestation, _ services: any BeaconServices) async -> Attestation? {
        let duties = try? await services.attesterDuties(epoch: attestation.data.target.epoch, indices: [attestation.attesterIndex])
        guard let duty = duties?.first(where: { $0.slot == attestation.data.slot && $0.committeeIndex == attestation.committeeIndex }),
            duty.committeeIndex < spec.preset.maxCommitteesPerSlot, duty.validatorCommitteeIndex < duty.committeeLength
        else { return nil }
        var bits = Bitlist(count: Int(duty.committeeLength))
        bits[Int(duty.validatorCommitteeIndex)] = true
        var committees = Bitvector(count: Int(spec.preset.maxCommitteesPerSlot))
        committees[Int(duty.committeeIndex)] = true
        return Attestation(aggregationBits: bits, data: attestation.data, signature: attestation.signature, committeeBits: committees)
    }
}
