public import Primitives
public import SSZ

/// `Checkpoint`: an epoch and the block root at its start, the unit of Casper FFG votes (phase0 `beacon-chain.md`).
public struct Checkpoint: Hashable, Sendable {
    public var epoch: Epoch = 0
    public var root: Root = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(epoch: Epoch, root: Root) {
        self.epoch = epoch
        self.root = root
    }
}

extension Checkpoint: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("epoch", &epoch)
        try visitor.visit("root", &root)
    }
}
