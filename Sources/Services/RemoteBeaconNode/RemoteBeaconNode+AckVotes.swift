import AckQuorum
public import BeaconTypes
import JSON
import Primitives
import SSZ
public import ServiceInterfaces

/// Votes on updates are not part of Ethereum's beacon API: nodes of the `pol` chain serve them under `/polai/v1`.
extension RemoteBeaconNode {
    public func ackCommittee(slot: Slot) async throws -> AckCommittee {
        // The committee and the learning state are two requests, between which the head may move.
        for _ in 1..<Self.committeeTries { if let found = try await committeeOfOneHead(slot) { return found } }
        guard let found = try await committeeOfOneHead(slot) else {
            throw RemoteBeaconNodeError.malformed(
                path: "/polai/v1/committees/\(slot)", problem: "the committee and the learning state are not of one head; ask again")
        }
        return found
    }

    private static let committeeTries = 3

    private func committeeOfOneHead(_ slot: Slot) async throws -> AckCommittee? {
        try requireLearning()
        let fields = try await fetch(.get("/polai/v1/committees/\(slot)")).verified().data
        let members = try fields.field("members").list()
        let context = AckContext(
            anchorRoot: try fields.root("anchor_root"), revealMix: try fields.root("reveal_mix"),
            members: try members.map { member throws(RemoteBeaconNodeError) in try member.number("validator_index") },
            publicKeys: try members.map { member throws(RemoteBeaconNodeError) in try member.publicKey("pubkey") },
            quorumSetting: try fields.number("ai_quorum"), domain: try fields.root("domain"), spec: spec)
        let learning = try await fetch(.get("/polai/v1/learning/head")).verified().data.container(LearningState.self, spec)
        guard try fields.number("slot") == slot else { throw fields.malformed("the committee is not of slot \(slot)") }
        guard try fields.root("adapter_root") == learning.adapterRoot else { return nil }
        return AckCommittee(slot: slot, context: context, learning: learning)
    }

    public func submitAckCertificate(_ certificate: AckCertificate) async throws {
        try requireLearning()
        _ = try await fetch(.post("/polai/v1/pool/ack_certificates", certificate.json(spec)))
    }

    nonisolated func requireLearning() throws(RemoteBeaconNodeError) {
        guard spec.fork == .pol else { throw .notServed("the \(spec.config.configName) chain carries no model updates to vote on") }
    }
}
