public import Primitives
public import SSZ

/// `UpdateAck`: a committee member's verdict on a candidate update. Part of the `pol` fork.
public struct UpdateAck: Hashable, Sendable {
    /// The slot of the reveal block, whose committee votes.
    public var slot: Slot = 0
    /// The root of the reveal block.
    public var anchorRoot: Root = .zero
    /// `hash_tree_root` of the `UpdateCandidate`.
    public var updateId: Bytes32 = .zero
    /// The validator who announced the candidate.
    public var author: ValidatorIndex = 0
    /// `Constant.verdictValid` (1) or `Constant.verdictInvalid` (2).
    public var verdict: UInt8 = 0
    /// The adapter after the update; zero in an INVALID vote of which the gate was not run.
    public var adapterRoot: Bytes32 = .zero
    /// FP32 bit pattern; zero where `adapterRoot` is.
    public var lossBefore: UInt32 = 0
    /// FP32 bit pattern; zero where `adapterRoot` is.
    public var lossAfter: UInt32 = 0
    /// What draws the guard slice: SHA-256 of the RANDAO mix after the reveal block and the update id.
    public var sliceSeed: Bytes32 = .zero
    /// Losses on the slice, as FP32 bit patterns; zero where the chain has no pools or the gate was not run.
    public var guardLosses = GuardLosses()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        slot: Slot, anchorRoot: Root, updateId: Bytes32, author: ValidatorIndex, verdict: UInt8,
        adapterRoot: Bytes32, lossBefore: UInt32, lossAfter: UInt32, sliceSeed: Bytes32 = .zero,
        guardLosses: GuardLosses = GuardLosses()
    ) {
        self.slot = slot
        self.anchorRoot = anchorRoot
        self.updateId = updateId
        self.author = author
        self.verdict = verdict
        self.adapterRoot = adapterRoot
        self.lossBefore = lossBefore
        self.lossAfter = lossAfter
        self.sliceSeed = sliceSeed
        self.guardLosses = guardLosses
    }
}

extension UpdateAck: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("anchor_root", &anchorRoot)
        try visitor.visit("update_id", &updateId)
        try visitor.visit("author", &author)
        try visitor.visit("verdict", &verdict)
        try visitor.visit("adapter_root", &adapterRoot)
        try visitor.visit("loss_before", &lossBefore)
        try visitor.visit("loss_after", &lossAfter)
        try visitor.visit("slice_seed", &sliceSeed)
        try visitor.visit("task_before", &guardLosses.taskBefore)
        try visitor.visit("task_after", &guardLosses.taskAfter)
        try visitor.visit("general_base", &guardLosses.generalBase)
        try visitor.visit("general_parent", &guardLosses.generalParent)
        try visitor.visit("general_after", &guardLosses.generalAfter)
    }
}
