public import Primitives

extension Bitvector: SSZValue {
    public static func fixedLength(_ bound: Bound<Unshaped>) -> Int? { (bound.count + 7) / 8 }
    public init(default bound: Bound<Unshaped>) { self.init(count: bound.count) }

    public func serialize(_ bound: Bound<Unshaped>, into output: inout [UInt8]) { output.append(contentsOf: bits.bytes) }

    public init(deserializing bytes: UnsafeRawBufferPointer, _ bound: Bound<Unshaped>) throws(SSZError) {
        let length = (bound.count + 7) / 8
        guard bytes.count == length else { throw SSZError(.wrongLength(expected: length, actual: bytes.count)) }
        if bound.count % 8 != 0, let last = bytes.last, last >> UInt8(bound.count % 8) != 0 {
            throw SSZError(.bitsBeyondLength(bound.count))
        }
        bits = PackedBits(bytes: [UInt8](bytes), count: bound.count)
    }

    public mutating func cachedHashTreeRoot(_ bound: Bound<Unshaped>) -> Hash32 {
        bits.bytes.withUnsafeBytes { Merkle.root(ofBytes: $0, depth: Self.depth(bound)) }
    }

    private static func depth(_ bound: Bound<Unshaped>) -> Int {
        Merkle.depth(leaves: bound.count / 256 + (bound.count % 256 == 0 ? 0 : 1))
    }

    public func validate(_ bound: Bound<Unshaped>) throws(SSZError) {
        guard count == bound.count else { throw SSZError(.wrongCount(expected: bound.count, actual: count)) }
    }

    public func merkleBranch(_ path: TreePath, _ bound: Bound<Unshaped>) throws(SSZError) -> MerkleBranch {
        try .inTree(of: bits.bytes.withUnsafeBytes { Merkle.chunks(of: $0) }, depth: Self.depth(bound), path: path) {
            (_, rest) throws(SSZError) in throw SSZError(.noSuchNode(rest.generalizedIndex))
        }
    }
}
