/// One block as the dashboard lists it.
public struct BlockSummary: Sendable, Codable {
    public var slot: UInt64
    public var root: String
    public var executionNumber: UInt64
    public var executionHash: String
    public var proposer: UInt64
    /// 0x hex; 32 zero bytes for an empty AI block.
    public var updateID: String
    public var acks: Int
    /// Members of the slot's ACK committee.
    public var committee: Int
    /// Votes that a certificate of this slot needs.
    public var quorum: Int
    public var lossBefore: Float?
    public var lossAfter: Float?
    public var difficulty: String
    public var finalized: Bool

    public init(
        slot: UInt64, root: String, executionNumber: UInt64, executionHash: String, proposer: UInt64, updateID: String,
        acks: Int, committee: Int, quorum: Int, lossBefore: Float?, lossAfter: Float?, difficulty: String, finalized: Bool
    ) {
        self.slot = slot
        self.root = root
        self.executionNumber = executionNumber
        self.executionHash = executionHash
        self.proposer = proposer
        self.updateID = updateID
        self.acks = acks
        self.committee = committee
        self.quorum = quorum
        self.lossBefore = lossBefore
        self.lossAfter = lossAfter
        self.difficulty = difficulty
        self.finalized = finalized
    }
}

/// One point of the loss curve: an accepted update.
public struct LossPoint: Sendable, Codable {
    public var slot: UInt64
    public var updateCount: UInt64
    public var loss: Float
    /// On sentences that nobody trains on: what the guard slices of all updates up to this one confirmed, as a fraction of the base
    /// model's loss; `nil` where one of them had no slice.
    public var taskChange: Double?
    /// On the general sentences of this update's slice: the loss with the update against the base model's on the same ones.
    public var generalChange: Double?

    public init(slot: UInt64, updateCount: UInt64, loss: Float) {
        self.slot = slot
        self.updateCount = updateCount
        self.loss = loss
    }
}

/// The whole node at one moment, as the dashboard shows it.
public struct NodeSnapshot: Sendable, Codable {
    public var version: String
    public var time: Double
    public var genesisTime: UInt64
    public var secondsPerSlot: Double
    public var currentSlot: UInt64?
    public var headSlot: UInt64
    public var headRoot: String
    public var justifiedEpoch: UInt64
    public var finalizedEpoch: UInt64
    public var finalizedRoot: String
    /// `SLOTS_PER_EPOCH`, to tell the finalised slot.
    public var slotsPerEpoch: UInt64 = 1
    public var validators: Int
    public var peers: Int
    /// Which share of the stake does not vote; `nil` where all do, or where nobody tells.
    public var absence: AbsenceSummary?
    /// What is missing before the checkpoint that the node began with; `nil` where nothing is.
    public var history: HistorySummary?
    /// What came of seals; `nil` where the execution layer is in another process.
    public var sealing: SealingSummary?
    public var ai: AIEngineStatus?
    /// Newest first.
    public var blocks: [BlockSummary]
    /// Newest first.
    public var updates: [UpdateSummary]
    /// Oldest first, beginning with the base model's loss at update count 0.
    public var lossCurve: [LossPoint]

    public init(
        version: String, time: Double, genesisTime: UInt64, secondsPerSlot: Double, currentSlot: UInt64?, headSlot: UInt64,
        headRoot: String, justifiedEpoch: UInt64, finalizedEpoch: UInt64, finalizedRoot: String, validators: Int, peers: Int,
        ai: AIEngineStatus?, blocks: [BlockSummary], updates: [UpdateSummary], lossCurve: [LossPoint]
    ) {
        self.version = version
        self.time = time
        self.genesisTime = genesisTime
        self.secondsPerSlot = secondsPerSlot
        self.currentSlot = currentSlot
        self.headSlot = headSlot
        self.headRoot = headRoot
        self.justifiedEpoch = justifiedEpoch
        self.finalizedEpoch = finalizedEpoch
        self.finalizedRoot = finalizedRoot
        self.validators = validators
        self.peers = peers
        self.ai = ai
        self.blocks = blocks
        self.updates = updates
        self.lossCurve = lossCurve
    }
}

/// Sees the whole node, for the dashboard.
public protocol NodeObserver: Sendable {
    func snapshot() async -> NodeSnapshot
    /// A snapshot after each change and at least once a second.
    func snapshots() async -> AsyncStream<NodeSnapshot>
}
