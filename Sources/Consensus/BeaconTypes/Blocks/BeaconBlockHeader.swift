public import Primitives
public import SSZ

/// `BeaconBlockHeader`: a block with its body replaced by the body's root; both have the same root (phase0 `beacon-chain.md`).
public struct BeaconBlockHeader: Hashable, Sendable {
    public var slot: Slot = 0
    public var proposerIndex: ValidatorIndex = 0
    public var parentRoot: Root = .zero
    public var stateRoot: Root = .zero
    public var bodyRoot: Root = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Root, stateRoot: Root, bodyRoot: Root) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.bodyRoot = bodyRoot
    }
}

extension BeaconBlockHeader: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("proposer_index", &proposerIndex)
        try visitor.visit("parent_root", &parentRoot)
        try visitor.visit("state_root", &stateRoot)
        try visitor.visit("body_root", &bodyRoot)
    }
}
