import AckQuorum
import BeaconTypes
import ContentRouting
import Primitives
import ServiceInterfaces
import TestNetwork
import TestSupport

/// A chain that knows one block and one committee, and takes every certificate.
actor FakeChain: LearningChain {
    struct NoCommittee: Error {}

    nonisolated var spec: BeaconSpec { .pol }
    nonisolated let time = TurnedTime(130)
    nonisolated var clock: SlotClock { SlotClock(genesisTime: 0, slotDurationMilliseconds: 12_000) { [time] in time.now } }
    /// The only block there is.
    private let only: SignedBeaconBlock?
    private let committee: AckCommittee?
    private(set) var certificates: [AckCertificate] = []
    private let moves: [LearningMove]

    init(only: SignedBeaconBlock? = nil, committee: AckCommittee? = nil, moves: [LearningMove] = []) {
        self.only = only
        self.committee = committee
        self.moves = moves
    }

    func block(root: Root) -> SignedBeaconBlock? { only }
    func ackCommittee(slot: Slot) throws -> AckCommittee {
        guard let committee, slot <= committee.slot else { throw NoCommittee() }
        return AckCommittee(slot: slot, context: committee.context, learning: committee.learning)
    }
    func submitAckCertificate(_ certificate: AckCertificate) { certificates.append(certificate) }
    func learningMoves() -> AsyncStream<LearningMove> {
        AsyncStream { continuation in
            for move in moves { continuation.yield(move) }
            continuation.finish()
        }
    }
}

/// All files of the routing, as old as is asked for.
struct FakeRetention: BlobRetention {
    let routing: MemoryRouting
    var fill = 0.0
    var age = 90_000.0

    func blobFill() -> Double { fill }
    func blobs(olderThan seconds: Double) async -> [Hash32] { age >= seconds ? Array(await routing.blobs.keys) : [] }
    func remove(_ ids: [Hash32]) async { await routing.drop(ids) }
}
