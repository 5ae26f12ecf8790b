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
        var changed: [UInt32] = []
        for page in pages.indices where isNew || pages[page].dirty != 0 {
            let (root, ownDepth) = pages[page].updateRoot(shape)
            spine[width + page] = Merkle.extend(root, from: ownDepth, to: Page<Element>.depth)
            changed.append(UInt32(width + page))
        }
        updateSpine(above: changed)
        return Merkle.extend(spine[1], from: Page<Element>.depth + spineDepth, to: depth)
    }

    /// Re-hashes the ancestors of the given nodes, which are of one row and ascending.
    @usableFromInline mutating func updateSpine(above changed: [UInt32]) {
        var row = changed
        spine.withUnsafeMutableBytes { nodes in
            guard let base = nodes.baseAddress else { return }
            while let first = row.first, first > 1 {
                var parents = 0
                for node in row where parents == 0 || row[parents - 1] != node / 2 {
                    row[parents] = node / 2
                    parents += 1
                }
                row.removeLast(row.count - parents)
                row.withUnsafeBufferPointer { SHA256.hashPairs(base, picked: $0, into: base) }
            }
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
