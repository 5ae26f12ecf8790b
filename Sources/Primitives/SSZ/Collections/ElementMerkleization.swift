public import Primitives

/// The Merkle tree over a collection's elements, without caches.
@usableFromInline enum ElementMerkleization {
    /// The depth of the data tree of a list with this limit, or a vector of this length.
    @inlinable static func depth<Element: SSZValue>(of type: Element.Type, count: Int) -> Int {
        let perChunk = Element.elementsPerChunk ?? 1
        return Merkle.depth(leaves: count / perChunk + (count % perChunk == 0 ? 0 : 1))
    }

    /// The leaves of the data tree: packed chunks, or one root per element.
    @inlinable static func leaves<Element: SSZValue>(_ elements: [Element], _ shape: Element.Shape) -> [Hash32] {
        if Element.elementsPerChunk != nil {
            return elements.withUnsafeBytes { Merkle.chunks(of: $0) }
        }
        return elements.map { $0.hashTreeRoot(shape) }
    }

    /// The root of the data tree.
    @inlinable static func root<Element: SSZValue>(_ elements: [Element], _ bound: Bound<Element.Shape>) -> Hash32 {
        Merkle.root(of: leaves(elements, bound.element), depth: depth(of: Element.self, count: bound.count))
    }

    /// The branch within the data tree.
    static func branch<Element: SSZValue>(
        _ elements: [Element], _ bound: Bound<Element.Shape>, path: TreePath
    ) throws(SSZError) -> MerkleBranch {
        let depth = depth(of: Element.self, count: bound.count)
        return try .inTree(of: leaves(elements, bound.element), depth: depth, path: path) { (leaf, rest) throws(SSZError) in
            guard Element.elementsPerChunk == nil, leaf < elements.count else {
                throw SSZError(.noSuchNode(rest.generalizedIndex))
            }
            return try elements[leaf].merkleBranch(rest, bound.element)
        }
    }
}
