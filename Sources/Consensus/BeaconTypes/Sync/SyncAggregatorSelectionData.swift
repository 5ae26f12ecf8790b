public import SSZ

/// `SyncAggregatorSelectionData`: what a member signs to learn whether it aggregates (altair `validator.md`).
public struct SyncAggregatorSelectionData: Hashable, Sendable {
    public var slot: Slot = 0
    public var subcommitteeIndex: UInt64 = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(slot: Slot, subcommitteeIndex: UInt64) {
        self.slot = slot
        self.subcommitteeIndex = subcommitteeIndex
    }
}

extension SyncAggregatorSelectionData: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("subcommittee_index", &subcommitteeIndex)
    }
}
