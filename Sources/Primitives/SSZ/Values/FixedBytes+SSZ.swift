public import Primitives

/// `Bytes32`: its own chunk.
extension Hash32: SSZValue {
    @inlinable public static func fixedLength(_ shape: Unshaped) -> Int? { 32 }
    @inlinable public static var elementsPerChunk: Int? { 1 }
    @inlinable public init(default shape: Unshaped) { self.init() }

    @inlinable public func serialize(_ shape: Unshaped, into output: inout [UInt8]) {
        withUnsafeBytes { output.append(contentsOf: $0) }
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Unshaped) throws(SSZError) {
        guard bytes.count == 32 else { throw SSZError(.wrongLength(expected: 32, actual: bytes.count)) }
        self.init { $0.copyMemory(from: bytes) }
    }

    @inlinable public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 { self }

    public func merkleBranch(_ path: TreePath, _ shape: Unshaped) throws(SSZError) -> MerkleBranch {
        try .atRoot(self, path: path)
    }
}

/// `Bytes20`: one chunk, padded with twelve zero bytes.
extension Address: SSZValue {
    @inlinable public static func fixedLength(_ shape: Unshaped) -> Int? { 20 }
    @inlinable public init(default shape: Unshaped) { self.init() }

    @inlinable public func serialize(_ shape: Unshaped, into output: inout [UInt8]) {
        withUnsafeBytes { output.append(contentsOf: $0) }
    }

    public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Unshaped) throws(SSZError) {
        guard let value = Address(bytes) else { throw SSZError(.wrongLength(expected: 20, actual: bytes.count)) }
        self = value
    }

    public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 {
        withUnsafeBytes { bytes in
            Hash32 { $0.copyMemory(from: bytes) }
        }
    }

    public func merkleBranch(_ path: TreePath, _ shape: Unshaped) throws(SSZError) -> MerkleBranch {
        try .atRoot(hashTreeRoot(shape), path: path)
    }
}

/// `ByteVector[count]`: its bytes cut into chunks.
extension FixedBytes: SSZValue {
    @inlinable public static func fixedLength(_ shape: Unshaped) -> Int? { count }
    @inlinable public init(default shape: Unshaped) { self.init() }

    @inlinable public func serialize(_ shape: Unshaped, into output: inout [UInt8]) {
        withUnsafeBytes { output.append(contentsOf: $0) }
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ shape: Unshaped) throws(SSZError) {
        guard bytes.count == count else { throw SSZError(.wrongLength(expected: count, actual: bytes.count)) }
        self.init()
        withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
    }

    @inlinable public mutating func cachedHashTreeRoot(_ shape: Unshaped) -> Hash32 {
        withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Hash32 in
            if count <= 32 {
                return Hash32 { $0.copyMemory(from: bytes) }
            }
            if count <= 64 {
                var chunks = (Hash32.zero, Hash32.zero)
                Swift.withUnsafeMutableBytes(of: &chunks) { $0.copyMemory(from: bytes) }
                return SHA256.hash(chunks.0, chunks.1)
            }
            return Merkle.root(ofBytes: bytes, depth: Merkle.depth(leaves: (count + 31) / 32))
        }
    }

    public func merkleBranch(_ path: TreePath, _ shape: Unshaped) throws(SSZError) -> MerkleBranch {
        let chunks = withUnsafeBytes { Merkle.chunks(of: $0) }
        return try .inTree(of: chunks, depth: Merkle.depth(leaves: chunks.count), path: path) { (_, rest) throws(SSZError) in
            throw SSZError(.noSuchNode(rest.generalizedIndex))
        }
    }
}
