public import Primitives

/// `uint8` to `uint128`: little-endian, zero-padded to a chunk when merkleized.
public protocol SSZInteger: SSZValue, FixedWidthInteger where Shape == Unshaped {}

extension SSZInteger {
    @inlinable public static func fixedLength(_ shape: Unshaped) -> Int? { MemoryLayout<Self>.size }
    @inlinable public static var elementsPerChunk: Int? { 32 / MemoryLayout<Self>.size }
    @inlinable public init(default shape: Unshaped) { self = 0 }

    @inlinable public func serialize(_ shape: Unshaped, into output: inout [UInt8]) {
        withUnsafeBytes(of: littleEndian) { output.append(contentsOf: $0) }
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Unshaped) throws(SSZError) {
        guard bytes.count == MemoryLayout<Self>.size else {
            throw SSZError(.wrongLength(expected: MemoryLayout<Self>.size, actual: bytes.count))
        }
        self = 0
        withUnsafeMutableBytes(of: &self) { $0.copyMemory(from: bytes) }
        self = Self(littleEndian: self)
    }

    @inlinable public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 {
        UInt256(UInt64(truncatingIfNeeded: self)).littleEndianHash
    }

    public func merkleBranch(_ path: TreePath, _ shape: Unshaped) throws(SSZError) -> MerkleBranch {
        try .atRoot(hashTreeRoot(shape), path: path)
    }
}

extension UInt8: SSZInteger {}
extension UInt16: SSZInteger {}
extension UInt32: SSZInteger {}
extension UInt64: SSZInteger {}

extension UInt128: SSZInteger {
    /// The general form is for 64 bits and fewer.
    @inlinable public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 {
        let value = littleEndian
        return Hash32 { (output: UnsafeMutableRawBufferPointer) in output.storeBytes(of: value, as: UInt128.self) }
    }
}
