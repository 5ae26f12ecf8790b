public import Primitives
public import SSZ

/// `UpdateAck`: a committee member's verdict on a candidate update. Part of the `pol` fork.
public struct UpdateAck: Hashable, Sendable {
    /// The slot whose committee votes.
    public var slot: Slot = 0
    /// The block root at `slot - 1`.
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

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        slot: Slot, anchorRoot: Root, updateId: Bytes32, author: ValidatorIndex, verdict: UInt8,
        adapterRoot: Bytes32, lossBefore: UInt32, lossAfter: UInt32
    ) {
        self.slot = slot
        self.anchorRoot = anchorRoot
        self.updateId = updateId
        self.author = author
        self.verdict = verdict
        self.adapterRoot = adapterRoot
        self.lossBefore = lossBefore
        self.lossAfter = lossAfter
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
    }
}
