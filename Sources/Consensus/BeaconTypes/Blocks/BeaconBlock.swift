public import Primitives
public import SSZ

/// `BeaconBlock` (electra `beacon-chain.md`).
public struct BeaconBlock: Hashable, Sendable {
    public var slot: Slot = 0
    public var proposerIndex: ValidatorIndex = 0
    public var parentRoot: Root = .zero
    /// The root of the state after this block.
    public var stateRoot: Root = .zero
    public var body = BeaconBlockBody()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Root, stateRoot: Root, body: BeaconBlockBody) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.stateRoot = stateRoot
        self.body = body
    }
}

extension BeaconBlock: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("proposer_index", &proposerIndex)
        try visitor.visit("parent_root", &parentRoot)
        try visitor.visit("state_root", &stateRoot)
        try visitor.visit("body", &body, spec)
    }
}
