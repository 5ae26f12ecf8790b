public import Primitives

/// `boolean`: one byte, 0 or 1.
extension Bool: SSZValue {
    @inlinable public static func fixedLength(_ shape: Unshaped) -> Int? { 1 }
    // In memory a boolean is one byte, 0 or 1; decoding checks each.
    @inlinable public static var elementsPerChunk: Int? { 32 }
    @inlinable public init(default shape: Unshaped) { self = false }

    @inlinable public func serialize(_ shape: Unshaped, into output: inout [UInt8]) { output.append(self ? 1 : 0) }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Unshaped) throws(SSZError) {
        guard bytes.count == 1 else { throw SSZError(.wrongLength(expected: 1, actual: bytes.count)) }
        guard bytes[0] <= 1 else { throw SSZError(.invalidBoolean(bytes[0])) }
        self = bytes[0] == 1
    }

    @inlinable public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 {
        self ? UInt256.one.littleEndianHash : .zero
    }

    public func merkleBranch(_ path: TreePath, _ shape: Unshaped) throws(SSZError) -> MerkleBranch {
        try .atRoot(hashTreeRoot(shape), path: path)
    }
}
