import Aggregation
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
        public var ackTimeout = 30.0

        public init() {}
    }

    let setting: Setting
    let node: any BeaconNodeClient
    let signer: any AckSigner
    let evaluator: any LossEvaluator
    let adapters: any AdapterSource
    let journal: any UpdateJournal
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
    /// Reviews begun, by author and parent: nobody makes this node run the gate without end.
    var reviews: [ReviewKey: Int] = [:]
    var reviewing: Set<Hash32> = []

    /// - Parameter peerKey: the libp2p key that signs the envelopes of this node's ACK records.
    public init(
        setting: Setting = Setting(), node: any BeaconNodeClient, signer: any AckSigner, evaluator: any LossEvaluator,
        adapters: any AdapterSource, journal: any UpdateJournal, routing: any LearningRouting, peerKey: PeerKeyPair, logger: Logger
    ) {
        self.setting = setting
        self.node = node
        self.signer = signer
        self.evaluator = evaluator
        self.adapters = adapters
        self.journal = journal
        self.routing = routing
        self.peerKey = peerKey
        self.logger = logger
    }

    /// Gathers, proposes and reviews until cancelled or the announcements end.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.proposeWheneverDue() }
            group.addTask { await self.followCandidates() }
            for await id in await routing.announcedBlobs() {
                if Task.isCancelled { break }
                await admit(id)
            }
            await proposeIfDue()
            group.cancelAll()
        }
    }

    /// The head's learning state.
    func currentLearning() async throws -> AckCommittee {
        try await node.ackCommittee(slot: max(1, node.clock.currentSlot ?? 0))
    }

    private func proposeWheneverDue() async {
        while !Task.isCancelled {
            await proposeIfDue()
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}
