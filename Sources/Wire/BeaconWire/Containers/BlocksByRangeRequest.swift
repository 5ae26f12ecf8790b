public import BeaconTypes
public import SSZ

/// `BeaconBlocksByRangeRequest`: blocks of slots from `startSlot` on (phase0 p2p-interface).
public struct BlocksByRangeRequest: Hashable, Sendable {
    public var startSlot: Slot = 0
    public var count: UInt64 = 0
    /// Deprecated: always 1, and whatever another says counts as 1.
    public var step: UInt64 = 1

    public init() {}

    public init(startSlot: Slot, count: UInt64) { (self.startSlot, self.count) = (startSlot, count) }

    /// The slots, no more than one request may ask for; `nil` where there are none, or none that slots reach.
    public var slots: Range<Slot>? {
        let count = min(count, UInt64(RequestLimit.maximumBlocks))
        guard count > 0, startSlot <= UInt64(Int64.max) else { return nil }
        return startSlot..<startSlot + count
    }
}

extension BlocksByRangeRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("start_slot", &startSlot)
        try visitor.visit("count", &count)
        try visitor.visit("step", &step)
    }
}
