import Primitives

/// A full binary Merkle tree in one array: node 1 is the root, node `i` has the children `2i` and `2i + 1`, and the leaves are
/// the array's second half.
struct HashHeap {
    private var nodes: [Hash32]
    let leafCount: Int

    /// - Parameter leaves: their number is a power of two.
    init(_ leaves: [Hash32]) {
        leafCount = leaves.count
        nodes = [Hash32](repeating: .zero, count: leaves.count) + leaves
        for node in stride(from: leaves.count - 1, to: 0, by: -1) { rehash(node) }
    }

    var root: Hash32 { nodes[1] }
    var leaves: [Hash32] { Array(nodes[leafCount...]) }

    /// Writes a leaf and leaves its ancestors as they are.
    mutating func store(_ leaf: Hash32, at position: Int) { nodes[leafCount + position] = leaf }

    /// Hashes the two children of `node`.
    mutating func rehash(_ node: Int) {
        nodes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            SHA256.hashPairs(base + 64 * node, pairs: 1, into: base + 32 * node)
        }
    }

    /// Hashes all ancestors of a leaf.
    mutating func rehashPath(above position: Int) {
        nodes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var node = (leafCount + position) / 2
            while node > 0 {
                SHA256.hashPairs(base + 64 * node, pairs: 1, into: base + 32 * node)
                node /= 2
            }
        }
    }
}
