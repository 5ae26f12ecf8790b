import AckRecords
import BeaconTypes
public import ContentRouting
public import LearningStore
public import LoRA
public import Logging
public import LossGate
public import Primitives
public import ServiceInterfaces
import UpdateJudgement
public import UpdateLedger

/// Runs the loss gate, gathers ACKs into certificates, and follows the chain's adapter.
///
/// It owns what the learning side remembers: measured losses, adapter states, and the journal of updates.
public actor AIEngine {
    /// What does not change while the node runs.
    public struct Setting: Sendable {
        public var modelName: String
        public var baseModelRoot: Hash32
        public var devTextsRoot: Hash32
        public var parameterCount: UInt64
        public var layout: LoRALayout
        /// Accepted adapters that are held whole, the newest; older ones are made anew when somebody asks.
        public var adapterHistory = 16
        /// Where the chain's slices are drawn; `nil` on a chain without pools.
        public var slices: SliceSource?

        public init(modelName: String, baseModelRoot: Hash32, devTextsRoot: Hash32, parameterCount: UInt64, layout: LoRALayout) {
            self.modelName = modelName
            self.baseModelRoot = baseModelRoot
            self.devTextsRoot = devTextsRoot
            self.parameterCount = parameterCount
            self.layout = layout
        }
    }

    /// How long members have to vote (`ACK_TIMEOUT_MS`).
    static let ackTimeout: Duration = .milliseconds(Constant.ackTimeoutMs)
    /// How long an adapter stays whatever the chain says.
    static let keptAtLeast: Duration = .seconds(600)
    /// Candidates whose votes are gathered at once.
    static let gatheringLimit = 64

    let setting: Setting
    let gate: GateRunner
    /// Measures beforehand what slices will need; `nil` to leave that to them.
    let quietGate: (@Sendable () async throws -> any LossBackend)?
    let store: LearningStore
    let ledger: UpdateLedger
    let node: any LearningChain
    let routing: any LearningRouting
    let files: (any BlobRetention)?
    let trainers: @Sendable () async -> [TrainerProgress]
    let logger: Logger

    var baseLoss: Float?
    /// The base model's losses on the general pool; `nil` until somebody asked.
    var knownBaseLosses: SentenceLosses?
    var headRoot: Hash32
    var headUpdateCount: UInt64 = 0
    /// The head as the chain told it last.
    var headPoint: LearningPoint?
    var finalizedRoot: Hash32
    var figures = Figures()
    /// Whether the chain has told its head.
    var hasHead = false
    /// Candidates whose votes are being counted.
    var open: [Hash32: OpenCandidate] = [:]
    var opening: Set<Hash32> = []
    /// Candidates whose votes were counted, until when they might come again.
    var closed: [Hash32: Double] = [:]
    /// Certificates that the beacon node has and no block holds yet.
    var handedOver: [Hash32: AckCertificate] = [:]
    /// What this node's gate found of candidates whose votes were not being counted yet, and until when it may matter.
    var foundEarly: [Hash32: (statement: AckStatement, until: Double)] = [:]
    /// Votes that came before their candidate.
    var early: [Hash32: [SignedUpdateAck]] = [:]
    var backed = Broadcast<UpdateCandidate>()
    /// Adapters kept of late: a candidate's adapter must not be forgotten before the journal names it.
    var keptLately: [(root: Hash32, at: ContinuousClock.Instant)] = []

    /// Which update led to which adapter; `nil` until somebody asked.
    var knownLineage: AdapterLineage?
    /// Adapters being made anew, and the last of them.
    var rebuilds: [Hash32: Task<LoRAAdapter, any Error>] = [:]
    var lastRebuilt: LoRAAdapter?

    /// The head's adapter whenever it changes, for whoever has it ready; only the newest matters.
    let headAdapters = AsyncStream.makeStream(of: Hash32.self, bufferingPolicy: .bufferingNewest(1))
    /// Blocks up to which the past came to be known.
    let pastBlocks = AsyncStream.makeStream(of: Root.self, bufferingPolicy: .bufferingNewest(1))

    /// Files in manifests that are in blocks; `nil` until the journal was read for them.
    var namedFiles: Set<Hash32>?

    struct Figures: Sendable {
        var evaluations: UInt64 = 0
        var evaluationSeconds = 0.0
        var certificates: UInt64 = 0
        var timeouts: UInt64 = 0
    }

    /// - Parameters:
    ///   - gate: the loss gate, asked for when it is first needed; a node may still be packing its weights then.
    ///   - quietGate: the same on a thread to which all others are preferred; `nil` measures nothing beforehand.
    ///   - files: the store of update files to keep in bounds; `nil` leaves that to others.
    ///   - trainers: what this node's trainers are doing.
    public init(
        setting: Setting, gate: @escaping @Sendable () async throws -> any LossBackend,
        quietGate: (@Sendable () async throws -> any LossBackend)? = nil, store: LearningStore,
        ledger: UpdateLedger, node: any LearningChain, routing: any LearningRouting,
        files: (any BlobRetention)? = nil, trainers: @escaping @Sendable () async -> [TrainerProgress], logger: Logger
    ) throws {
        self.setting = setting
        self.gate = GateRunner(gate)
        self.quietGate = quietGate
        self.store = store
        self.ledger = ledger
        self.node = node
        self.routing = routing
        self.files = files
        self.trainers = trainers
        self.logger = logger
        let genesis = LoRAAdapter.zero(setting.layout)
        try store.put(genesis)
        headRoot = genesis.root
        finalizedRoot = genesis.root
    }

    /// Measures the base model, then serves until cancelled.
    public func run() async throws {
        let candidates = await routing.candidates(spec: node.spec)
        let votes = await routing.votes(spec: node.spec)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.followVotes(votes) }
            group.addTask { await self.followCandidates(candidates) }
            group.addTask { await self.followChain() }
            group.addTask { await self.notePast() }
            group.addTask { await self.holdHeadAdapters() }
            group.addTask { await self.collectFiles() }
            group.addTask {
                try await self.measureBase()
                await self.measureBeforehand()
            }
        }
        stopCounting()
    }

    private func measureBase() async throws {
        let base = try await evaluate(LoRAAdapter.zero(setting.layout))
        baseLoss = base.loss
        logger.info(
            "Base loss on the DEV_TEXTS",
            metadata: ["loss": "\(base.loss)", "tokens": "\(base.tokens)", "seconds": "\(rounded(base.seconds))"])
    }
}

extension AIEngine: LossEvaluator {
    public nonisolated var baseModelRoot: Hash32 { setting.baseModelRoot }
    public nonisolated var layout: LoRALayout { setting.layout }

    public func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        let root = adapter.root
        if let known = try store.loss(baseModel: setting.baseModelRoot, texts: setting.devTextsRoot, adapter: root) {
            return LossEvaluation(lossBits: known.bits, lossesRoot: known.root, tokens: Int(known.tokens), seconds: 0)
        }
        let evaluation = try await gate.evaluate(adapter)
        try store.putLoss(
            bits: evaluation.lossBits, root: evaluation.lossesRoot, tokens: UInt64(evaluation.tokens),
            baseModel: setting.baseModelRoot, texts: setting.devTextsRoot, adapter: root)
        figures.evaluations += 1
        figures.evaluationSeconds += evaluation.seconds
        return evaluation
    }
}

extension AIEngine: AdapterSource {
    /// An adapter that is not held any more is made anew of the update files. The head's and the finalised one come whole from peers where
    /// this node knows no way to them: it began at a checkpoint, and the blocks before it are not here yet.
    public func adapter(_ root: Hash32) async throws -> LoRAAdapter? {
        if let adapter = try held(root) { return adapter }
        if root != genesisAdapterRoot, root == headRoot || root == finalizedRoot, let adapter = try await fetched(root) { return adapter }
        return try await rebuilt(root)
    }

    /// The adapter as a peer gives it, which its root proves; `nil` where the update files are the way.
    private func fetched(_ root: Hash32) async throws -> LoRAAdapter? {
        let (known, held) = (try await lineage(), Set(try store.adapterRoots()).union([genesisAdapterRoot]))
        guard known.path(to: root, from: { held.contains($0) }) == nil else { return nil }
        let layout = setting.layout
        guard let bytes = try await routing.fetch(root, limit: 4 * layout.valueCount),
            let adapter = try? LoRAAdapter(layout: layout, bytes: bytes),
            adapter.root == root
        else { return nil }
        try keep(adapter)
        logger.info("Adapter fetched from a peer", metadata: ["adapter": "\(root.shortHex)", "bytes": "\(bytes.count)"])
        return adapter
    }

    public func keep(_ adapter: LoRAAdapter) throws {
        let now = ContinuousClock.now
        keptLately.removeAll { now - $0.at > Self.keptAtLeast }
        keptLately.append((adapter.root, now))
        try store.put(adapter)
    }
}

/// Seconds with two decimals, for logs.
func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }
