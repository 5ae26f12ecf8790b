public import BeaconTypes
import ChainStore
import EngineTypes
import ForkChoice
import LightClient
import Logging
public import Primitives
public import ServiceInterfaces
import StateTransition

/// The consensus layer of a node: imports and produces blocks, follows the fork choice, serves duties and readers.
///
/// The actor owns everything that changes. A block is imported in this order: state transition, execution layer,
/// one write transaction to the store, fork choice head, announcement; whatever fails leaves no trace.
public actor BeaconNode {
    public nonisolated let spec: BeaconSpec
    public nonisolated let clock: SlotClock
    public nonisolated let genesisValidatorsRoot: Root

    let store: BeaconStore
    let engine: any ExecutionEngine
    let logger: Logger
    let genesisRoot: Root

    var forkChoice: ForkChoice
    var confirmation: FastConfirmation
    var states: StateCache
    var head: ChainHead
    var finalized: Checkpoint
    /// What the store says of head and finality.
    var storedHead: Root
    var storedFinalized: Checkpoint
    var attestations = AttestationPool()
    /// Votes that count from the next slot on.
    var queuedVotes: [IndexedAttestation] = []
    var certificates = CertificatePool()
    var operations = OperationPool()
    var syncCommittees = SyncCommitteePool()
    var lightClient: LightClientCollector
    /// Blocks whose import has begun, with the import that the same block waits for when it comes again.
    var imports: [Root: Task<Void, any Error>] = [:]
    /// The last move of the head, which the next one waits for before it is told to anybody.
    var lastHeadMove: Task<Void, any Error>?
    var proposals = ProposalNotes()
    var operationBroadcast = Broadcast<OperationEvent>(bufferLimit: 4096)
    var proposal: PreparedProposal?
    var refusedBlockWitness: (any RefusedBlockWitness)?
    var broadcast = Broadcast<BeaconEvent>()
    var learningBroadcast = Broadcast<LearningMove>(bufferLimit: 1024)
    var figures = BeaconFigures()

    /// The canonical head: the block with the most weight, and the state after it.
    struct ChainHead: Sendable {
        var root: Root
        var slot: Slot
        var state: CachedBeaconState
    }

    /// A payload that the execution node builds and seals for one of our proposals.
    struct PreparedProposal: Sendable {
        var slot: Slot
        var parent: Root
        var certificate: AckCertificate?
        var payloadID: PayloadID
        /// Seconds since the Unix epoch.
        var preparedAt: Double
    }

    init(
        spec: BeaconSpec, clock: SlotClock, store: BeaconStore, engine: any ExecutionEngine, logger: Logger,
        genesis: (root: Root, validatorsRoot: Root), forkChoice: ForkChoice, states: StateCache, head: ChainHead,
        lightClient: LightClientCollector
    ) {
        self.spec = spec
        self.clock = clock
        self.store = store
        self.engine = engine
        self.logger = logger
        self.genesisRoot = genesis.root
        self.genesisValidatorsRoot = genesis.validatorsRoot
        self.forkChoice = forkChoice
        self.confirmation = FastConfirmation(forkChoice)
        self.states = states
        self.head = head
        self.lightClient = lightClient
        self.finalized = forkChoice.finalizedCheckpoint
        self.storedHead = head.root
        self.storedFinalized = forkChoice.finalizedCheckpoint
    }

    /// Ends the event streams.
    public func stop() {
        broadcast.finish()
        learningBroadcast.finish()
        operationBroadcast.finish()
    }

    public func events() -> AsyncStream<BeaconEvent> {
        broadcast.subscribe()
    }
}
