public import Primitives
public import SSZ

/// `BlobIdentifier`: names a blob of a block (deneb `p2p-interface.md`).
public struct BlobIdentifier: Hashable, Sendable {
    public var blockRoot: Root = .zero
    public var index: BlobIndex = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(blockRoot: Root, index: BlobIndex) {
        self.blockRoot = blockRoot
        self.index = index
    }
}

extension BlobIdentifier: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("block_root", &blockRoot)
        try visitor.visit("index", &index)
    }
}
