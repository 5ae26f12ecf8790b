public import Primitives

/// `uint256`: 32 little-endian bytes, which are its own chunk.
extension UInt256: SSZValue {
    @inlinable public static func fixedLength(_ shape: Unshaped) -> Int? { 32 }
    @inlinable public init(default shape: Unshaped) { self = .zero }

    public func serialize(_ shape: Unshaped, into output: inout [UInt8]) {
        littleEndianHash.withUnsafeBytes { output.append(contentsOf: $0) }
    }

    public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Unshaped) throws(SSZError) {
        self.init(littleEndian: try Hash32(deserializing: bytes, shape))
    }

    @inlinable public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 { littleEndianHash }

    public func merkleBranch(_ path: TreePath, _ shape: Unshaped) throws(SSZError) -> MerkleBranch {
        try .atRoot(littleEndianHash, path: path)
    }
}
