import BeaconTypes
import Primitives
import RemoteBeaconNode
import ServiceInterfaces

/// A beacon node in another process, for a role whose work waits with it: what is asked while nobody answers is asked again, so
/// that no update is refused and no certificate lost because a process was started anew.
///
/// The log says for whom is waited by the stream of the same node's moves, which every such role follows.
struct PatientChain: LearningChain {
    let node: RemoteBeaconNode

    var spec: BeaconSpec { node.spec }
    var clock: SlotClock { node.clock }

    func ackCommittee(slot: Slot) async throws -> AckCommittee { try await onceReached { try await node.ackCommittee(slot: slot) } }

    func submitAckCertificate(_ certificate: AckCertificate) async throws {
        try await onceReached { try await node.submitAckCertificate(certificate) }
    }

    func block(root: Root) async throws -> SignedBeaconBlock? { try await onceReached { try await node.block(root: root) } }
    func learningMoves() async -> AsyncStream<LearningMove> { await node.learningMoves() }

    private func onceReached<Answer: Sendable>(_ ask: () async throws -> Answer) async throws -> Answer {
        var line = WaitingLine("the beacon node")
        return try await line.answer(to: ask, while: Self.isPassing, tell: { _ in })
    }

    private static func isPassing(_ error: any Error) -> Bool {
        switch error as? RemoteBeaconNodeError {
        case .unreachable, .timedOut: true
        default: false
        }
    }
}
