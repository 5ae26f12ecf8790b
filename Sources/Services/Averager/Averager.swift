import Aggregation
import BeaconTypes
public import ContentRouting
public import Logging
public import PeerIdentity
import Primitives
public import ServiceInterfaces

/// Turns update files into voted candidates, and judges the candidates of others.
///
/// Files are checked as they are announced and gathered for the head adapter; when the window closes, a search over
/// them (`CandidateSearch`) and the loss gate yield one manifest on which this node's validators vote. A candidate of
/// another node is recomputed bit for bit before they vote on it. What is refused goes to the journal with its reason.
public actor Averager {
    /// How updates are gathered.
    public struct Setting: Sendable {
        /// How many trainers to wait for at least; more, when more have delivered lately.
        public var expectedTrainers = 1
        /// How long to wait for them after the first update, in seconds.
        public var window = 60.0
        /// How long members have to vote, in seconds (`ACK_TIMEOUT_MS`).
        public var ackTimeout = Double(Constant.ackTimeoutMs) / 1000

        public init() {}
    }

    let setting: Setting
    let node: any AckCommittees & LearningMoves
    let signer: any AckSigner
    let evaluator: any LossEvaluator
    let adapters: any AdapterSource
    let updates: any UpdateNotes
    let candidates: any CandidateFeed
    let routing: any LearningRouting
    let peerKey: PeerKeyPair
    let logger: Logger

    /// Updates on the head adapter that wait to be judged.
    var window = GatheringWindow()
    var copies = CopyDetector()
    /// Announced for an adapter that is not the head yet, or no more.
    var early: [(id: Hash32, since: Double)] = []
    /// Files being checked right now.
    var checking: Set<Hash32> = []
    var isProposing = false
    var saidItHasNoVoters = false
    /// Candidates on which votes are gathered: their parents, and until when they may still be certified.
    var live: [Hash32: (parent: Hash32, until: Double)] = [:]
    /// When reviews were begun lately, by author and parent: nobody makes this node run the gate without end.
    var reviews: [ReviewKey: [Double]] = [:]
    var reviewing: [Hash32: Double] = [:]
    /// Whose slices may be drawn on the head's adapter.
    var draws = SliceDraws()
    /// Wakes the proposing loop; `nil` while nobody runs.
    var wake: AsyncStream<Void>.Continuation?
    var timer: (at: Double, task: Task<Void, Never>)?

    /// - Parameter peerKey: the libp2p key that signs the envelopes of this node's ACK records.
    public init(
        setting: Setting = Setting(), node: any AckCommittees & LearningMoves, signer: any AckSigner, evaluator: any LossEvaluator,
        adapters: any AdapterSource, updates: any UpdateNotes, candidates: any CandidateFeed,
        routing: any LearningRouting, peerKey: PeerKeyPair, logger: Logger
    ) {
        self.setting = setting
        self.node = node
        self.signer = signer
        self.evaluator = evaluator
        self.adapters = adapters
        self.updates = updates
        self.candidates = candidates
        self.routing = routing
        self.peerKey = peerKey
        self.logger = logger
    }

    /// Gathers, proposes and reviews until cancelled or the announcements end.
    public func run() async {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.wake = wake
        let announced = await routing.announcedBlobs()
        let backed = await candidates.backedCandidates()
        let moves = await node.learningMoves()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.proposeWheneverDue(wakes) }
            group.addTask { await self.followCandidates(backed) }
            group.addTask { await self.followHeads(moves) }
            await resume()
            for await id in announced {
                if Task.isCancelled { break }
                await admit(id)
                wake.yield()
            }
            await proposeIfDue()
            group.cancelAll()
            wake.finish()
        }
        self.wake = nil
        timer?.task.cancel()
        timer = nil
    }

    /// The head's learning state.
    func currentLearning() async throws -> AckCommittee {
        try await node.ackCommittee(slot: max(1, node.clock.currentSlot ?? 0))
    }

    /// Turns to each new adapter as soon as the head has it.
    private func followHeads(_ moves: AsyncStream<LearningMove>) async {
        for await move in moves {
            guard case .head(let point) = move else { continue }
            await moveWindow(to: point.learning.adapterRoot)
            wake?.yield()
        }
    }
}
