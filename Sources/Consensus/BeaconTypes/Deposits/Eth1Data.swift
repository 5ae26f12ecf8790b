public import Primitives
public import SSZ

/// `Eth1Data`: a vote on the deposit contract's state (phase0 `beacon-chain.md`).
public struct Eth1Data: Hashable, Sendable {
    public var depositRoot: Root = .zero
    public var depositCount: UInt64 = 0
    public var blockHash: Hash32 = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(depositRoot: Root, depositCount: UInt64, blockHash: Hash32) {
        self.depositRoot = depositRoot
        self.depositCount = depositCount
        self.blockHash = blockHash
    }
}

extension Eth1Data: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("deposit_root", &depositRoot)
        try visitor.visit("deposit_count", &depositCount)
        try visitor.visit("block_hash", &blockHash)
    }
}
