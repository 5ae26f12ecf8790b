public import Primitives
public import SSZ

/// `HistoricalSummary`: the roots of a `HistoricalBatch`'s two fields (capella `beacon-chain.md`).
public struct HistoricalSummary: Hashable, Sendable {
    public var blockSummaryRoot: Root = .zero
    public var stateSummaryRoot: Root = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(blockSummaryRoot: Root, stateSummaryRoot: Root) {
        self.blockSummaryRoot = blockSummaryRoot
        self.stateSummaryRoot = stateSummaryRoot
    }
}

extension HistoricalSummary: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("block_summary_root", &blockSummaryRoot)
        try visitor.visit("state_summary_root", &stateSummaryRoot)
    }
}
