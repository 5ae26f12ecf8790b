public import Primitives

extension SSZCollection: SSZValue {
    @inlinable public static func fixedLength(_ bound: Bound<Element.Shape>) -> Int? {
        Kind.hasLimit ? nil : Element.fixedLength(bound.element).map { $0 * bound.count }
    }

    @inlinable public init(default bound: Bound<Element.Shape>) {
        if Kind.hasLimit {
            self.init()
        } else {
            self.init(repeating: Element(default: bound.element), count: bound.count)
        }
    }

    @inlinable public func serialize(_ bound: Bound<Element.Shape>, into output: inout [UInt8]) {
        if Element.elementsPerChunk != nil {
            for page in storage.pages { page.elements.withUnsafeBytes { output.append(contentsOf: $0) } }
        } else {
            ElementCoding.serialize(array, bound.element, into: &output)
        }
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ bound: Bound<Element.Shape>) throws(SSZError) {
        if Kind.hasLimit {
            storage = PagedElements(try ElementCoding.list(bytes, limit: bound.count, bound.element))
        } else {
            storage = PagedElements(try ElementCoding.vector(bytes, count: bound.count, bound.element))
        }
    }

    @inlinable public mutating func cachedHashTreeRoot(_ bound: Bound<Element.Shape>) -> Hash32 {
        let root = dataRoot(bound)
        return Kind.hasLimit ? Merkle.mixInLength(root, count) : root
    }

    @inlinable mutating func dataRoot(_ bound: Bound<Element.Shape>) -> Hash32 {
        storage.updateRoot(depth: ElementMerkleization.depth(of: Element.self, count: bound.count), bound.element)
    }

    @inlinable public func validate(_ bound: Bound<Element.Shape>) throws(SSZError) {
        if Kind.hasLimit {
            guard count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: count)) }
        } else {
            guard count == bound.count else { throw SSZError(.wrongCount(expected: bound.count, actual: count)) }
        }
        try ElementCoding.validate(self, bound.element)
    }

    public func merkleBranch(_ path: TreePath, _ bound: Bound<Element.Shape>) throws(SSZError) -> MerkleBranch {
        guard Kind.hasLimit else { return try ElementMerkleization.branch(array, bound, path: path) }
        var copy = self
        return try .inList(dataRoot: copy.dataRoot(bound), count: count, path: path) { (rest) throws(SSZError) in
            try ElementMerkleization.branch(array, bound, path: rest)
        }
    }
}
