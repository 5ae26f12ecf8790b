public import Primitives
public import SSZ

/// `PowBlock`: the part of a proof-of-work block that the merge transition looked at (bellatrix `fork-choice.md`).
public struct PowBlock: Hashable, Sendable {
    public var blockHash: Hash32 = .zero
    public var parentHash: Hash32 = .zero
    public var totalDifficulty: UInt256 = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(blockHash: Hash32, parentHash: Hash32, totalDifficulty: UInt256) {
        self.blockHash = blockHash
        self.parentHash = parentHash
        self.totalDifficulty = totalDifficulty
    }
}

extension PowBlock: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("block_hash", &blockHash)
        try visitor.visit("parent_hash", &parentHash)
        try visitor.visit("total_difficulty", &totalDifficulty)
    }
}
