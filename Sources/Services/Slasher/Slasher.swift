import AckRecords
import BeaconTypes
public import ContentRouting
public import KeyValueStore
public import Logging
import Primitives
public import ServiceInterfaces
import SlashingDetection

/// Watches what validators sign, and hands proof of every offence to the beacon node's pool, from where blocks take it.
///
/// It sees the blocks that the beacon node imports and refuses, also those imported while it was off, the votes that the
/// node takes, the ACK votes of the network and what others show it. It holds no keys and decides nothing: the state transition judges its evidence again.
public actor Slasher {
    /// The tables of the slasher's database.
    public static let tables: [KeyValueStore.Table] =
        VoteDatabase.tables + [ProposalDatabase.table, BlockDatabase.table] + AckDatabase.tables

    nonisolated let spec: BeaconSpec
    let chain: any BeaconChainReader
    let committees: any AckCommittees
    let operations: any EvidenceTaking & OperationEventSource
    let topics: (any MessageTopics)?
    let history: (any BlockHistory)?
    let logger: Logger
    let votes: VoteDatabase
    let proposals: ProposalDatabase
    let acks: AckDatabase
    let blocks: BlockDatabase

    /// Books of the subjects that were voted on last.
    var books = AckBooks()
    /// Single votes since the last block.
    var queue: [SingleAttestation] = []
    /// ACK votes that could not be judged when they came, oldest first.
    var unjudged: [SignedUpdateAck] = []
    /// Evidence that the pool did not take yet.
    var waiting: [WaitingEvidence] = []
    var broadcast = Broadcast<SlashingEvidence>()
    var figures = SlasherFigures()

    /// - Parameters:
    ///   - chain: whose blocks and states are watched.
    ///   - committees: names the ACK committees.
    ///   - operations: takes the evidence, and tells of the votes that the node takes.
    ///   - topics: the network's ACK votes; `nil` to see only those that are shown.
    ///   - history: lists the blocks that were imported without this slasher; `nil` to see only those that come.
    ///   - store: opened with `Slasher.tables`. What is lost with it is only what was seen: it may be opened unsynced.
    public init(
        chain: any BeaconChainReader, committees: any AckCommittees, operations: any EvidenceTaking & OperationEventSource,
        topics: (any MessageTopics)?, history: (any BlockHistory)? = nil,
        store: KeyValueStore, logger: Logger
    ) {
        spec = chain.spec
        self.chain = chain
        self.committees = committees
        self.operations = operations
        self.topics = topics
        self.history = history
        self.logger = logger
        votes = VoteDatabase(store: store, spec: chain.spec)
        proposals = ProposalDatabase(store: store, spec: chain.spec)
        acks = AckDatabase(store: store, spec: chain.spec)
        blocks = BlockDatabase(store: store, spec: chain.spec)
    }

    /// Watches until the task is cancelled.
    public func run() async {
        let events = await chain.events()
        let votes = await operations.operationEvents()
        let ackVotes = await topics?.votes(spec: spec)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followVotes(votes) }
            group.addTask { await self.followChain(events) }
            // What is imported from here on comes as an event.
            if let history { group.addTask { await self.catchUp(with: history) } }
            if let ackVotes { group.addTask { await self.followAcks(ackVotes) } }
        }
        broadcast.finish()
    }

    public func evidence() -> AsyncStream<SlashingEvidence> { broadcast.subscribe() }

    /// The epoch of the clock.
    var currentEpoch: Epoch { currentSlot / spec.preset.slotsPerEpoch }

    /// The slot of the clock.
    var currentSlot: Slot { chain.clock.currentSlot ?? 0 }
}

/// Evidence on its way to the pool. A pool may refuse what it will take later: a header of a slot that the head has not
/// reached, a branch that is not canonical.
struct WaitingEvidence {
    let evidence: SlashingEvidence
    var attempts: Int
}

/// What the slasher counts, for metrics.
struct SlasherFigures: Sendable {
    var blocks: UInt64 = 0
    var attestations: UInt64 = 0
    var acks: UInt64 = 0
    var found: [String: UInt64] = [:]
    var submitted: UInt64 = 0
    var lastBatchSeconds: Double = 0
}
