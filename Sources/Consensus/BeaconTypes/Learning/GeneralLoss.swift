public import SSZ

/// `GeneralLoss`: what an accepted update's slice told of general text, as FP32 bit patterns. Part of the `pol` fork.
public struct GeneralLoss: Hashable, Sendable {
    /// With the base model alone.
    public var base: UInt32 = 0
    /// With the update applied.
    public var after: UInt32 = 0

    /// Nothing yet.
    public init() {}

    /// One value per field.
    public init(base: UInt32, after: UInt32) {
        self.base = base
        self.after = after
    }
}

extension GeneralLoss: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("base", &base)
        try visitor.visit("after", &after)
    }
}
