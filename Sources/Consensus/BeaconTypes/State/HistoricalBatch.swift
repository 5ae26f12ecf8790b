public import Primitives
public import SSZ

/// `HistoricalBatch`: block and state roots of one period (phase0 `beacon-chain.md`).
public struct HistoricalBatch: Hashable, Sendable {
    public var blockRoots: SSZVector<Root> = []
    public var stateRoots: SSZVector<Root> = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(blockRoots: SSZVector<Root>, stateRoots: SSZVector<Root>) {
        self.blockRoots = blockRoots
        self.stateRoots = stateRoots
    }
}

extension HistoricalBatch: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("block_roots", &blockRoots, .length(spec.preset.slotsPerHistoricalRoot))
        try visitor.visit("state_roots", &stateRoots, .length(spec.preset.slotsPerHistoricalRoot))
    }
}
