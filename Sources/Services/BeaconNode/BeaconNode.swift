public import BeaconTypes
public import ChainStore
import ForkChoice
public import Logging
public import Primitives
public import ServiceInterfaces
public import StateTransition

/// The consensus layer of a node, as its callers see it.
///
/// What the node knows is in ``view``, which anybody reads at once. What changes it has one owner each: the `BlockImporter` for
/// the chain, the `MessagePools` for what waits for a block, the `BlockProducer` for proposals.
public final class BeaconNode: Sendable {
    public let spec: BeaconSpec
    public let clock: SlotClock
    public let genesisValidatorsRoot: Root

    let published: PublishedView
    let announcements = NodeAnnouncements()
    let book = FigureBook()
    let attendance = AttendanceBook()
    let pools: MessagePools
    let importer: BlockImporter
    let producer: BlockProducer
    let syncProgress = SyncProgress()
    let secondProposals = SecondProposals()
    let logger: Logger

    /// Opens the chain that begins with `genesis`: resumes it where the store left off, or begins it in an empty store.
    ///
    /// - Parameters:
    ///   - anchor: where to begin in an empty store instead of at genesis.
    ///   - retention: the finalised states that stay on disk.
    /// - Throws: `differentChain` when the store holds another chain, `corruptStore` when it cannot be read.
    public init(
        genesis: CachedBeaconState, anchor: CheckpointAnchor? = nil, clock: SlotClock, store: BeaconStore,
        engine: any ExecutionEngine, retention: StateRetention = StateRetention(), logger: Logger
    ) throws {
        let view = try ChainView.open(genesis: genesis, anchor: anchor, clock: clock, store: store, logger: logger)
        spec = view.spec
        self.clock = clock
        genesisValidatorsRoot = view.genesisValidatorsRoot
        published = PublishedView(view)
        self.logger = logger
        attendance.see(view.head.state.state, slotsPerEpoch: view.spec.preset.slotsPerEpoch)
        pools = MessagePools(archive: view.archive, published: published, announcements: announcements)
        importer = BlockImporter(
            archive: view.archive, published: published, engine: engine, pools: pools, announcements: announcements, figures: book,
            attendance: attendance, retention: retention, logger: logger)
        producer = BlockProducer(
            archive: view.archive, published: published, importer: importer, pools: pools, engine: engine,
            announcements: announcements, logger: logger)
    }

    /// The chain at this moment.
    public var view: ChainView { published.current }

    /// Advances the fork choice at each slot's start, until cancelled.
    public func run() async { await importer.run() }

    /// Ends the event streams.
    public func stop() { announcements.finish() }

    public func events() -> AsyncStream<BeaconEvent> { announcements.chain.subscribe() }
}

/// For tests and metrics.
extension BeaconNode {
    var head: ChainHead { view.head }
    var finalized: Checkpoint { view.finalized }
    var forkChoice: ForkChoice { view.forkChoice }
    var figures: BeaconFigures { book.current }
    /// How many streams of the chain's events are open.
    var subscriberCount: Int { announcements.chain.subscriberCount }

    func startSlot() async throws { try await importer.startSlot() }
    func confirm() async { await importer.confirm() }
    func stateAfter(_ root: Root) throws -> CachedBeaconState { try view.state(after: root) }

    /// How many members the ACK committee of `slot` has on the head's chain and how many votes its quorum needs; `nil` for
    /// slots out of the head state's reach.
    public func ackSeats(slot: Slot) -> AckSeats? { view.ackSeats(slot: slot) }
}
