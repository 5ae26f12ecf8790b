public import Primitives

extension PagedElements {
    /// The root of the data tree of depth `depth` or more, after bringing all caches up to date.
    @inlinable mutating func updateRoot(depth: Int, _ shape: Element.Shape) -> Hash32 {
        if pages.isEmpty { return Merkle.zeroHashes[depth] }
        if pages.count == 1 {
            let (root, ownDepth) = pages[0].updateRoot(shape)
            return Merkle.extend(root, from: ownDepth, to: depth)
        }
        let spineDepth = Merkle.depth(leaves: pages.count)
        let width = 1 << spineDepth
        let isNew = spine.count != 2 * width
        if isNew { spine = Self.zeroSpine(depth: spineDepth) }
        var changed: [Int] = []
        for page in pages.indices where isNew || pages[page].dirty != 0 {
            let (root, ownDepth) = pages[page].updateRoot(shape)
            spine[width + page] = Merkle.extend(root, from: ownDepth, to: Page<Element>.depth)
            changed.append(width + page)
        }
        updateSpine(above: changed)
        return Merkle.extend(spine[1], from: Page<Element>.depth + spineDepth, to: depth)
    }

    /// Re-hashes the ancestors of the given nodes, which are of one row and ascending.
    @usableFromInline mutating func updateSpine(above changed: [Int]) {
        var row = changed
        while let first = row.first, first > 1 {
            var parents: [Int] = []
            for node in row where parents.last != node / 2 {
                spine[node / 2] = SHA256.hash(spine[node & ~1], spine[node | 1])
                parents.append(node / 2)
            }
            row = parents
        }
    }

    /// The tree over `2^depth` pages that are all absent.
    @usableFromInline static func zeroSpine(depth: Int) -> [Hash32] {
        var nodes = [Hash32](repeating: .zero, count: 2 << depth)
        for level in 0...depth {
            let zero = Merkle.zeroHashes[Page<Element>.depth + depth - level]
            for node in (1 << level)..<(2 << level) { nodes[node] = zero }
        }
        return nodes
    }
}
