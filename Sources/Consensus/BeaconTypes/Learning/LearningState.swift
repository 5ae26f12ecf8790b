public import Primitives
public import SSZ

/// `LearningState`: the shared model as the chain knows it. Part of the `pol` fork.
public struct LearningState: Hashable, Sendable {
    public var baseModelRoot: Bytes32 = .zero
    public var devTextsRoot: Bytes32 = .zero
    /// The adapter after the last accepted update.
    public var adapterRoot: Bytes32 = .zero
    public var updateCount: UInt64 = 0
    /// 0 counts half of the committee (auto); otherwise the votes needed, capped at n - 1.
    public var aiQuorum: UInt64 = 0
    /// Ring buffer, written at `update_count mod 64`.
    public var recentUpdateIds: SSZVector<Bytes32> = []
    /// Paid by the next block.
    public var pendingRewards: [TrainerReward] = []
    /// SHA-256 of the file of the task's pool; zero on a chain without pools, whose slices are empty.
    public var taskPoolRoot: Bytes32 = .zero
    /// SHA-256 of the file of general text; zero together with `taskPoolRoot`.
    public var generalPoolRoot: Bytes32 = .zero
    /// Ring buffer, written by each block at its slot mod 64; `Constant.noProposer` in the slots before it that had no block.
    public var recentProposers: SSZVector<ValidatorIndex> = []
    /// Ring buffer, written at `update_count mod 64`.
    public var generalLosses: SSZVector<GeneralLoss> = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        baseModelRoot: Bytes32, devTextsRoot: Bytes32, adapterRoot: Bytes32, updateCount: UInt64, aiQuorum: UInt64,
        recentUpdateIds: SSZVector<Bytes32>, pendingRewards: [TrainerReward], taskPoolRoot: Bytes32 = .zero,
        generalPoolRoot: Bytes32 = .zero, recentProposers: SSZVector<ValidatorIndex> = [],
        generalLosses: SSZVector<GeneralLoss> = []
    ) {
        self.baseModelRoot = baseModelRoot
        self.devTextsRoot = devTextsRoot
        self.adapterRoot = adapterRoot
        self.updateCount = updateCount
        self.aiQuorum = aiQuorum
        self.recentUpdateIds = recentUpdateIds
        self.pendingRewards = pendingRewards
        self.taskPoolRoot = taskPoolRoot
        self.generalPoolRoot = generalPoolRoot
        self.recentProposers = recentProposers
        self.generalLosses = generalLosses
    }

    /// Whether slices are drawn: a chain begun on the invented texts has no pools.
    public var hasPools: Bool { !taskPoolRoot.isZero }
}

extension LearningState: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("base_model_root", &baseModelRoot)
        try visitor.visit("dev_texts_root", &devTextsRoot)
        try visitor.visit("adapter_root", &adapterRoot)
        try visitor.visit("update_count", &updateCount)
        try visitor.visit("ai_quorum", &aiQuorum)
        try visitor.visit("recent_update_ids", &recentUpdateIds, .length(Constant.recentUpdateIDs))
        try visitor.visit("pending_rewards", &pendingRewards, .limit(Constant.maxUpdateInputs, of: spec))
        try visitor.visit("task_pool_root", &taskPoolRoot)
        try visitor.visit("general_pool_root", &generalPoolRoot)
        try visitor.visit("recent_proposers", &recentProposers, .length(Constant.recentProposers))
        try visitor.visit("general_losses", &generalLosses, .length(Constant.generalLosses, of: spec))
    }
}
