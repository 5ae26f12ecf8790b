import AckQuorum
import BeaconTypes
import ContentRouting
import Primitives
import ServiceInterfaces
import TestNetwork
import TestSupport

/// A chain that knows a few blocks and one committee, and takes every certificate.
actor FakeChain: LearningChain {
    struct NoCommittee: Error {}
    struct Gone: Error {}

    nonisolated var spec: BeaconSpec { .pol }
    nonisolated let time = TurnedTime(130)
    nonisolated var clock: SlotClock { SlotClock(genesisTime: 0, slotDurationMilliseconds: 12_000) { [time] in time.now } }
    /// The only block there is, by whatever root.
    private let only: SignedBeaconBlock?
    /// Blocks by their roots, where there is more than one.
    private let blocks: [Root: SignedBeaconBlock]
    /// Blocks that are given before the node is gone.
    private var answersLeft = Int.max
    private(set) var blocksGiven = 0
    /// A block that is not given.
    private var missing: Root?
    private let committee: AckCommittee?
    private(set) var certificates: [AckCertificate] = []
    private let moves: [LearningMove]

    init(
        only: SignedBeaconBlock? = nil, blocks: [Root: SignedBeaconBlock] = [:], committee: AckCommittee? = nil, moves: [LearningMove] = []
    ) {
        self.only = only
        self.blocks = blocks
        self.committee = committee
        self.moves = moves
    }

    func answer(blocks: Int) { answersLeft = blocks }
    func lack(_ root: Root?) { missing = root }

    func block(root: Root) throws -> SignedBeaconBlock? {
        guard answersLeft > 0 else { throw Gone() }
        answersLeft -= 1
        guard root != missing else { return nil }
        blocksGiven += 1
        return only ?? blocks[root]
    }
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
