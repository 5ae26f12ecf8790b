import BlockingWork
import ChainStore
import EngineTypes
public import ExecutionChain
public import KeyValueStore
public import Logging
import Primitives
import ServiceInterfaces
import StateTrie
import TransactionPool
import Transactions

/// The execution layer of a node: it keeps the execution chain and its state, judges payloads, builds and seals new
/// ones, and follows the consensus layer's fork choice.
///
/// Reached by the consensus layer through `ExecutionEngine` and by readers through `ExecutionChainReader`.
public actor ExecutionNode {
    /// A block by hash and header.
    struct ChainPoint: Sendable {
        let hash: Hash32
        let header: BlockHeader
    }

    public nonisolated let chainID: UInt64
    /// The first block of the chain.
    public nonisolated let genesisBlock: Block
    let options: ExecutionNodeOptions
    let execution: BlockExecution
    let chain: StoredChain
    let sealEngine: any SealEngine
    let logger: Logger
    /// For calls.
    let turns: CallTurns
    /// For seals of miners of other processes.
    let shares: CallTurns
    /// For searches that take long.
    let readers = BlockingWorker("polai.execution-readers")
    let journal: PoolJournal

    var pool: TransactionPool
    /// Hears each transaction that was taken into the pool from outside.
    var transactionObserver: (@Sendable ([UInt8]) async -> Void)?
    var head: ChainPoint
    var safeHash: Hash32?
    var finalizedHash: Hash32?
    /// The latest payloads under construction or finished, oldest first.
    var buildings: [Building] = []
    /// Blocks found invalid of late, with their latest valid ancestor, oldest first.
    var invalidBlocks: [(hash: Hash32, latestValid: Hash32?, reason: String)] = []
    var figures = Figures()
    /// Threads that search for a seal; none leaves it to miners of other processes.
    var sealThreads: Int
    /// Who is paid for this node's blocks on a chain of work, while it makes them.
    var minesFor: Address?
    /// Where this node's blocks move the gas limit.
    var gasLimitTarget: UInt64
    /// What miners of other processes say they do a second, and when they said it.
    var minerRates: [Hash32: (rate: UInt64, told: ContinuousClock.Instant)] = [:]
    /// Checks work of blocks before the merge.
    let workSeals: WorkSeals
    /// Headers whose work was checked before their blocks came, oldest first.
    var sealedHeaders = RecentSet<Hash32>(limit: 4096)
    /// How far a follower of peers has come; `nil` when none catches up.
    var syncing: ExecutionSyncProgress?
    /// Who hears of the catching up.
    var syncChanged = Broadcast<ExecutionSyncProgress?>(bufferLimit: 16)
    /// Who hears of the canonical chain.
    var changes = Broadcast<ChainChange>(bufferLimit: 1024)
    /// Who hears of transactions that became pending.
    var newlyPending = Broadcast<[RecoveredTransaction]>(bufferLimit: 4096)
    private var isStopped = false

    /// Opens the chain in `store`, or begins it with the genesis block.
    ///
    /// - Parameters:
    ///   - store: opened with `ExecutionStore.tables`.
    ///   - sealEngine: Ethash, for a chain of this project's kind.
    /// - Throws: `wrongGenesis` when the store holds another chain.
    public init(
        genesis: Genesis, store: KeyValueStore, sealEngine: any SealEngine,
        options: ExecutionNodeOptions = ExecutionNodeOptions(), logger: Logger
    ) throws {
        let (chain, block) = try StoredChain.open(store, genesis: genesis)
        let hash = block.hash
        chainID = genesis.config.chainID
        genesisBlock = block
        self.options = options
        turns = CallTurns(room: options.waitingCalls, timeLimit: options.callTimeLimit)
        shares = CallTurns(room: 64, timeLimit: options.callTimeLimit, name: "polai.seal-shares")
        sealThreads = options.sealThreads
        gasLimitTarget = options.gasLimitTarget
        self.chain = chain
        self.sealEngine = sealEngine
        workSeals = WorkSeals(sealEngine)
        self.logger = logger
        execution = BlockExecution(config: genesis.config)
        let headHash = try chain.store.pointer(.head) ?? hash
        let header = try chain.knownHeader(headHash)
        head = ChainPoint(hash: headHash, header: header)
        let pool = try Self.storedPool(chain, head: header, config: genesis.config, limits: options.pool, logger: logger)
        self.pool = pool
        journal = PoolJournal(store: chain.store)
        safeHash = try chain.store.pointer(.safe)
        finalizedHash = try chain.store.pointer(.finalized)
        logger.info(
            "Execution chain opened",
            metadata: [
                "chain_id": "\(chainID)", "genesis": "\(hash.shortHex)", "number": "\(header.number)",
                "head": "\(headHash.shortHex)", "difficulty": "\(header.difficulty)",
                "pooled": "\(pool.count)",
            ])
    }

    /// Stops sealing; whoever waits for a payload gets an error. The store stays open, it is the caller's.
    public func stop() {
        isStopped = true
        changes.finish()
        newlyPending.finish()
        syncChanged.finish()
        for building in buildings { building.search?.cancel(ExecutionNodeError.stopped) }
        logger.info("Execution node stopped", metadata: ["number": "\(head.header.number)", "head": "\(head.hash.shortHex)"])
    }

    func checkRunning() throws {
        if isStopped { throw ExecutionNodeError.stopped }
    }
}

extension ExecutionNode {
    /// What the node counts for its metrics.
    struct Figures: Sendable {
        var importedBlocks: UInt64 = 0
        var invalidPayloads: UInt64 = 0
        var sealedBlocks: UInt64 = 0
        var abandonedSeals: UInt64 = 0
        var sealAttempts: UInt64 = 0
        var acceptedShares: UInt64 = 0
        var staleShares: UInt64 = 0
        var invalidShares: UInt64 = 0
        var lastSealSeconds: Double = 0
        var hashesPerSecond: Double = 0
    }
}
