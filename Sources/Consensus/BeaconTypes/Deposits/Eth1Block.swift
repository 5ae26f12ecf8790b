public import Primitives
public import SSZ

/// `Eth1Block`: an execution block as the deposit voting rules look at it (phase0 `validator.md`).
public struct Eth1Block: Hashable, Sendable {
    public var timestamp: UInt64 = 0
    public var depositRoot: Root = .zero
    public var depositCount: UInt64 = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(timestamp: UInt64, depositRoot: Root, depositCount: UInt64) {
        self.timestamp = timestamp
        self.depositRoot = depositRoot
        self.depositCount = depositCount
    }
}

extension Eth1Block: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("timestamp", &timestamp)
        try visitor.visit("deposit_root", &depositRoot)
        try visitor.visit("deposit_count", &depositCount)
    }
}
