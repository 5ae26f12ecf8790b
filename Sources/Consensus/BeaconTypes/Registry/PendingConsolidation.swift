public import SSZ

/// `PendingConsolidation`: a validator's balance on its way into another validator (electra `beacon-chain.md`).
public struct PendingConsolidation: Hashable, Sendable {
    public var sourceIndex: ValidatorIndex = 0
    public var targetIndex: ValidatorIndex = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(sourceIndex: ValidatorIndex, targetIndex: ValidatorIndex) {
        self.sourceIndex = sourceIndex
        self.targetIndex = targetIndex
    }
}

extension PendingConsolidation: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("source_index", &sourceIndex)
        try visitor.visit("target_index", &targetIndex)
    }
}
