public import BeaconTypes
public import SSZ

/// `LightClientUpdatesByRange`'s request: the best update of each of these periods (altair light-client/p2p-interface).
public struct LightClientUpdatesByRangeRequest: Hashable, Sendable {
    public var startPeriod: UInt64 = 0
    public var count: UInt64 = 0

    public init() {}

    public init(startPeriod: UInt64, count: UInt64) { (self.startPeriod, self.count) = (startPeriod, count) }
}

extension LightClientUpdatesByRangeRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("start_period", &startPeriod)
        try visitor.visit("count", &count)
    }
}
