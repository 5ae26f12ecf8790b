public import Primitives

extension SSZList: SSZValue {
    @inlinable public static func fixedLength(_ bound: Bound<Element.Shape>) -> Int? { nil }
    @inlinable public init(default bound: Bound<Element.Shape>) { self.init() }

    @inlinable public func serialize(_ bound: Bound<Element.Shape>, into output: inout [UInt8]) {
        storage.serialize(bound.element, into: &output)
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ bound: Bound<Element.Shape>) throws(SSZError) {
        storage = PagedElements(try ElementCoding.list(bytes, limit: bound.count, bound.element))
    }

    @inlinable public mutating func cachedHashTreeRoot(_ bound: Bound<Element.Shape>) -> Hash32 {
        Merkle.mixInLength(dataRoot(bound), count)
    }

    @inlinable mutating func dataRoot(_ bound: Bound<Element.Shape>) -> Hash32 {
        storage.updateRoot(depth: ElementMerkleization.depth(of: Element.self, count: bound.count), bound.element)
    }

    @inlinable public func validate(_ bound: Bound<Element.Shape>) throws(SSZError) {
        guard count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: count)) }
        try ElementCoding.validate(self, bound.element)
    }

    public func merkleBranch(_ path: TreePath, _ bound: Bound<Element.Shape>) throws(SSZError) -> MerkleBranch {
        var copy = self
        return try .inList(dataRoot: copy.dataRoot(bound), count: count, path: path) { (rest) throws(SSZError) in
            try ElementMerkleization.branch(array, bound, path: rest)
        }
    }
}

extension PagedElements {
    @inlinable func serialize(_ shape: Element.Shape, into output: inout [UInt8]) {
        if Element.elementsPerChunk != nil {
            for page in pages { page.elements.withUnsafeBytes { output.append(contentsOf: $0) } }
        } else {
            ElementCoding.serialize(array, shape, into: &output)
        }
    }
}
