public import Primitives

extension Bitlist: SSZValue {
    public static func fixedLength(_ bound: Bound<Unshaped>) -> Int? { nil }
    public init(default bound: Bound<Unshaped>) { self.init() }

    public func serialize(_ bound: Bound<Unshaped>, into output: inout [UInt8]) { output.append(contentsOf: delimitedBytes) }

    public init(deserializing bytes: UnsafeRawBufferPointer, _ bound: Bound<Unshaped>) throws(SSZError) {
        guard let last = bytes.last, last != 0 else { throw SSZError(.missingDelimiter) }
        let delimiter = 7 - last.leadingZeroBitCount
        let count = 8 * (bytes.count - 1) + delimiter
        guard count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: count)) }
        var packed = [UInt8](bytes)
        packed[packed.count - 1] = last & ~(1 << UInt8(delimiter))
        if delimiter == 0 { packed.removeLast() }
        bits = PackedBits(bytes: packed, count: count)
    }

    /// The bits, and behind the last one a set bit that marks the end.
    var delimitedBytes: [UInt8] {
        var bytes = bits.bytes
        if bits.count % 8 == 0 { bytes.append(1) } else { bytes[bytes.count - 1] |= 1 << UInt8(bits.count % 8) }
        return bytes
    }

    public mutating func cachedHashTreeRoot(_ bound: Bound<Unshaped>) -> Hash32 {
        Merkle.mixInLength(dataRoot(bound), count)
    }

    private func dataRoot(_ bound: Bound<Unshaped>) -> Hash32 {
        bits.bytes.withUnsafeBytes { Merkle.root(ofBytes: $0, depth: Self.depth(bound)) }
    }

    private static func depth(_ bound: Bound<Unshaped>) -> Int {
        Merkle.depth(leaves: bound.count / 256 + (bound.count % 256 == 0 ? 0 : 1))
    }

    public func validate(_ bound: Bound<Unshaped>) throws(SSZError) {
        guard count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: count)) }
    }

    public func merkleBranch(_ path: TreePath, _ bound: Bound<Unshaped>) throws(SSZError) -> MerkleBranch {
        try .inList(dataRoot: dataRoot(bound), count: count, path: path) { (rest) throws(SSZError) in
            try .inTree(of: bits.bytes.withUnsafeBytes { Merkle.chunks(of: $0) }, depth: Self.depth(bound), path: rest) {
                (_, rest) throws(SSZError) in throw SSZError(.noSuchNode(rest.generalizedIndex))
            }
        }
    }
}
