public import Primitives

/// `List[Element, limit]` without caches, for the small lists inside blocks; `[UInt8]` is `ByteList[limit]`.
extension Array: SSZValue where Element: SSZValue {
    @inlinable public static func fixedLength(_ bound: Bound<Element.Shape>) -> Int? { nil }
    @inlinable public init(default bound: Bound<Element.Shape>) { self = [] }

    @inlinable public func serialize(_ bound: Bound<Element.Shape>, into output: inout [UInt8]) {
        if Element.elementsPerChunk != nil {
            withUnsafeBytes { output.append(contentsOf: $0) }
        } else {
            ElementCoding.serialize(self, bound.element, into: &output)
        }
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ bound: Bound<Element.Shape>) throws(SSZError) {
        if Element.self == UInt8.self {
            guard bytes.count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: bytes.count)) }
            self.init(unsafeUninitializedCapacity: bytes.count) { buffer, initialized in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
                initialized = bytes.count
            }
        } else {
            self = try ElementCoding.list(bytes, limit: bound.count, bound.element)
        }
    }

    @inlinable public mutating func cachedHashTreeRoot(_ bound: Bound<Element.Shape>) -> Hash32 {
        Merkle.mixInLength(ElementMerkleization.root(self, bound), count)
    }

    @inlinable public func validate(_ bound: Bound<Element.Shape>) throws(SSZError) {
        guard count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: count)) }
        try ElementCoding.validate(self, bound.element)
    }

    public func merkleBranch(_ path: TreePath, _ bound: Bound<Element.Shape>) throws(SSZError) -> MerkleBranch {
        try .inList(dataRoot: ElementMerkleization.root(self, bound), count: count, path: path) { (rest) throws(SSZError) in
            try ElementMerkleization.branch(self, bound, path: rest)
        }
    }
}
