import BeaconTypes
import BlockingWork
import ChainStore
import ForkChoice
import LightClient
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// The only one that changes the chain: it takes in blocks and votes, moves the head, writes the store, steers the execution
/// layer, and publishes a view after each change.
///
/// A block is imported in this order: cheap checks, state transition, execution layer, one write transaction to the store, fork
/// choice head, announcement; whatever fails leaves no trace. All that takes long runs outside of the actor, so that imports of
/// different blocks run side by side and only their commits come one after another.
actor BlockImporter {
    let archive: ChainArchive
    let published: PublishedView
    let engine: any ExecutionEngine
    let pools: MessagePools
    let announcements: NodeAnnouncements
    let figures: FigureBook
    let attendance: AttendanceBook
    let retention: StateRetention
    let logger: Logger
    let worker = BlockingWorker("polai.block-import", isConcurrent: true)

    var forkChoice: ForkChoice
    var confirmation: FastConfirmation
    var head: ChainHead
    var finalized: Checkpoint
    var lightClient: LightClientCollector
    /// What the store says of head and finality.
    var storedHead: Root
    var storedFinalized: Checkpoint
    /// Votes that count from the next slot on.
    var queuedVotes: [IndexedAttestation] = []
    /// Blocks whose import has begun, with the import that the same block waits for when it comes again.
    var imports: [Root: Task<Void, any Error>] = [:]
    /// How many wait for another's import of the same block.
    var followers = 0
    /// The last move of the head, which the next one waits for before it is told to anybody.
    var lastHeadMove: Task<PayloadVerdict, any Error>?
    var refusedBlocks: (any RefusedBlockObserver)?

    init(
        archive: ChainArchive, published: PublishedView, engine: any ExecutionEngine, pools: MessagePools,
        announcements: NodeAnnouncements, figures: FigureBook, attendance: AttendanceBook, retention: StateRetention, logger: Logger
    ) {
        let view = published.current
        self.archive = archive
        self.published = published
        self.engine = engine
        self.pools = pools
        self.announcements = announcements
        self.figures = figures
        self.attendance = attendance
        self.retention = retention
        self.logger = logger
        forkChoice = view.forkChoice
        confirmation = FastConfirmation(view.forkChoice)
        head = view.head
        finalized = view.finalized
        lightClient = view.lightClient
        storedHead = view.head.root
        storedFinalized = view.finalized
    }

    nonisolated var spec: BeaconSpec { archive.spec }
    nonisolated var clock: SlotClock { archive.clock }

    func setRefusedBlockObserver(_ refusedBlocks: any RefusedBlockObserver) { self.refusedBlocks = refusedBlocks }

    /// Keeps votes whose signatures hold until they count.
    func queue(_ votes: [IndexedAttestation]) { queuedVotes += votes }

    /// The votes of equivocators lose their weight at once.
    func noteEquivocation(_ validators: [ValidatorIndex]) {
        forkChoice.onAttesterSlashing(validators)
        publish()
    }

    /// Lets everybody see the chain as it is now.
    func publish() {
        published.publish(
            ChainView(
                archive,
                ChainView.Contents(
                    forkChoice: forkChoice, head: head, finalized: finalized, confirmedRoot: confirmation.confirmedRoot,
                    lightClient: lightClient)))
    }
}
