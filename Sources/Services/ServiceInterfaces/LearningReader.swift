public import Primitives
public import UpdateLife

/// Where an update stands.
public enum UpdateStatus: String, Sendable, Codable {
    /// Published, not yet judged.
    case pending
    /// Refused before the gate: `reason` says why.
    case rejected
    /// Failed the loss gate.
    case invalid
    /// Passed the gate; waiting for its certificate to enter a block.
    case valid
    /// In a block of the canonical chain.
    case included
    /// In a finalised block.
    case finalized
    /// Lost its chance: another update changed the adapter first, or no quorum in time.
    case expired
}

/// One update or candidate as the AI engine's door shows it.
public struct UpdateSummary: Sendable, Codable {
    /// `hash_tree_root` of the candidate, or of the file id alone while no candidate names it; 0x hex.
    public var updateID: String
    /// SHA-256 ids of the update files that it is made of, 0x hex.
    public var inputs: [String]
    public var status: UpdateStatus
    public var reason: String?
    /// The kind of a refusal.
    public var refusal: UpdateRefusal?
    /// libp2p peer id of the trainer, where the update is one file.
    public var trainer: String?
    /// Every file of the candidate's manifest, taken or not.
    public var considered: [InputSummary]?
    public var slot: UInt64?
    public var lossBefore: Float?
    public var lossAfter: Float?
    /// FP32 bit patterns of the losses: what the vote signs.
    public var lossBeforeBits: UInt32?
    public var lossAfterBits: UInt32?
    public var acks: Int
    public var committee: Int
    public var quorum: Int
    public var bytes: Int
    public var codec: String?
    public var blockRoot: String?
    public var blockSlot: UInt64?
    public var executionBlockHash: String?
    public var adapterRoot: String?
    public var parentAdapterRoot: String?
    /// Seconds the gate took.
    public var gateSeconds: Double?
    /// What drew the guard slice, 0x hex, and the mean losses on it; absent on a chain without pools.
    public var sliceSeed: String?
    public var taskBefore: Float?
    public var taskAfter: Float?
    public var generalBase: Float?
    public var generalParent: Float?
    public var generalAfter: Float?

    public init(updateID: String, inputs: [String], status: UpdateStatus, bytes: Int) {
        self.updateID = updateID
        self.inputs = inputs
        self.status = status
        self.bytes = bytes
        self.acks = 0
        self.committee = 0
        self.quorum = 0
    }
}

/// A trainer's progress.
public struct TrainerProgress: Sendable, Codable {
    public var round: UInt64
    public var step: Int
    public var steps: Int
    public var loss: Float?
    public var tokensPerSecond: Double?
    /// `training`, `encoding`, `waiting for verdict`, `waiting for its turn`, `idle`, `off`.
    public var phase: String
    /// Which of the node's trainers it is.
    public var name: String?

    public init(round: UInt64, step: Int, steps: Int, loss: Float?, tokensPerSecond: Double?, phase: String) {
        self.round = round
        self.step = step
        self.steps = steps
        self.loss = loss
        self.tokensPerSecond = tokensPerSecond
        self.phase = phase
    }
}

/// The AI engine at a glance: `GET /status`.
public struct AIEngineStatus: Sendable, Codable {
    public var model: String
    public var baseModelRoot: String
    public var devTextsRoot: String
    public var parameters: UInt64
    public var baseLoss: Float?
    public var headAdapterRoot: String
    public var headLoss: Float?
    public var finalizedAdapterRoot: String
    public var updateCount: UInt64
    /// What the gate is doing now: `idle`, or `evaluating` with a fraction from 0 to 1.
    public var gate: String
    public var gateProgress: Double?
    public var trainer: TrainerProgress?
    /// All trainers of this node, `trainer` first.
    public var trainers: [TrainerProgress]?
    /// How many update files were refused since the node started, by kind (`UpdateRefusal`).
    public var refused: [String: Int]?

    public init(
        model: String, baseModelRoot: String, devTextsRoot: String, parameters: UInt64, baseLoss: Float?,
        headAdapterRoot: String, headLoss: Float?, finalizedAdapterRoot: String, updateCount: UInt64,
        gate: String, gateProgress: Double?, trainer: TrainerProgress?
    ) {
        self.model = model
        self.baseModelRoot = baseModelRoot
        self.devTextsRoot = devTextsRoot
        self.parameters = parameters
        self.baseLoss = baseLoss
        self.headAdapterRoot = headAdapterRoot
        self.headLoss = headLoss
        self.finalizedAdapterRoot = finalizedAdapterRoot
        self.updateCount = updateCount
        self.gate = gate
        self.gateProgress = gateProgress
        self.trainer = trainer
    }
}

/// Tells what became of one update.
public protocol UpdateReader: Sendable {
    /// One update by its id or by the id of one of its input files.
    func update(_ id: Hash32) async -> UpdateSummary?
}

/// What the AI engine lets its readers see.
public protocol LearningReader: UpdateReader {
    func status() async -> AIEngineStatus
    /// The latest updates, newest first, at most `limit`.
    func updates(limit: Int) async -> [UpdateSummary]
    /// The stored update file with the given SHA-256.
    func updateFile(_ fileHash: Hash32) async -> [UInt8]?
    /// The adapter with the given root, or the finalised one, in PEFT's safetensors form.
    func adapter(root: Hash32?) async throws -> [UInt8]?
}
