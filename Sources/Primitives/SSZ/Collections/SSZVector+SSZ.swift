public import Primitives

extension SSZVector: SSZValue {
    @inlinable public static func fixedLength(_ bound: Bound<Element.Shape>) -> Int? {
        Element.fixedLength(bound.element).map { $0 * bound.count }
    }

    @inlinable public init(default bound: Bound<Element.Shape>) {
        self.init(repeating: Element(default: bound.element), count: bound.count)
    }

    @inlinable public func serialize(_ bound: Bound<Element.Shape>, into output: inout [UInt8]) {
        storage.serialize(bound.element, into: &output)
    }

    @inlinable public init(deserializing bytes: UnsafeRawBufferPointer, _ bound: Bound<Element.Shape>) throws(SSZError) {
        storage = PagedElements(try ElementCoding.vector(bytes, count: bound.count, bound.element))
    }

    @inlinable public mutating func cachedHashTreeRoot(_ bound: Bound<Element.Shape>) -> Hash32 {
        storage.updateRoot(depth: ElementMerkleization.depth(of: Element.self, count: bound.count), bound.element)
    }

    @inlinable public func validate(_ bound: Bound<Element.Shape>) throws(SSZError) {
        guard count == bound.count else { throw SSZError(.wrongCount(expected: bound.count, actual: count)) }
        try ElementCoding.validate(self, bound.element)
    }

    public func merkleBranch(_ path: TreePath, _ bound: Bound<Element.Shape>) throws(SSZError) -> MerkleBranch {
        try ElementMerkleization.branch(array, bound, path: path)
    }
}
