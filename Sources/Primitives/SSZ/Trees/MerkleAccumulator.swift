public import Primitives

/// Merkleizes a sequence of at most 64 roots as they come, without allocating: the roots of a container's fields.
public struct MerkleAccumulator: Sendable {
    /// `pending[l]` is the root of a complete left subtree of depth `l`; it is meaningful where bit `l` of `count` is set.
    @usableFromInline var pending = InlineArray<7, Hash32>(repeating: Hash32())
    /// How many roots have been added.
    public private(set) var count = 0

    public init() {}

    /// Adds the next root.
    public mutating func append(_ root: Hash32) {
        precondition(count < 64, "a container has at most 64 fields")
        var node = root
        var level = 0
        while count >> level & 1 == 1 {
            node = SHA256.hash(pending[level], node)
            level += 1
        }
        pending[level] = node
        count += 1
    }

    /// The root of the tree over all roots added, padded with zeros to a power of two.
    public var root: Hash32 {
        let depth = Merkle.depth(leaves: count)
        guard count > 0 else { return .zero }
        if count == 1 << depth { return pending[depth] }
        var level = count.trailingZeroBitCount
        var node = pending[level]
        // Pad the lowest subtree to the right, then join it with what is pending on its left, level by level.
        while level < depth {
            if level > count.trailingZeroBitCount && count >> level & 1 == 1 {
                node = SHA256.hash(pending[level], node)
            } else {
                node = SHA256.hash(node, Merkle.zeroHashes[level])
            }
            level += 1
        }
        return node
    }
}
