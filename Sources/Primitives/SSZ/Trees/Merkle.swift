public import Primitives

/// Binary Merkle trees over 32-byte chunks, padded with zero chunks to a power of two
/// (`merkleize` of consensus-specs `ssz/simple-serialize.md`).
public enum Merkle {
    /// `zeroHashes[d]` is the root of a tree of depth `d` whose chunks are all zero.
    public static let zeroHashes: [Hash32] = {
        var hashes = [Hash32.zero]
        for depth in 0..<64 { hashes.append(SHA256.hash(hashes[depth], hashes[depth])) }
        return hashes
    }()

    /// The depth of the smallest tree with room for `leaves` chunks: ⌈log2(leaves)⌉, 0 for none or one.
    @inlinable public static func depth(leaves: Int) -> Int {
        leaves <= 1 ? 0 : Int.bitWidth - (leaves - 1).leadingZeroBitCount
    }

    /// The root over `chunks` in a tree of at least `depth`. The chunks are overwritten.
    public static func root(of chunks: consuming [Hash32], depth: Int) -> Hash32 {
        guard !chunks.isEmpty else { return zeroHashes[depth] }
        var level = 0
        while chunks.count > 1 {
            if chunks.count % 2 == 1 { chunks.append(zeroHashes[level]) }
            let pairs = chunks.count / 2
            chunks.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else { return }
                SHA256.hashPairs(base, pairs: pairs, into: base)
            }
            chunks.removeLast(pairs)
            level += 1
        }
        return extend(chunks[0], from: level, to: depth)
    }

    /// The root over `bytes`, cut into chunks and padded with zeros, in a tree of at least `depth`.
    public static func root(ofBytes bytes: UnsafeRawBufferPointer, depth: Int) -> Hash32 {
        root(of: chunks(of: bytes), depth: depth)
    }

    /// `bytes` cut into chunks, the last one padded with zeros (`pack`).
    @usableFromInline static func chunks(of bytes: UnsafeRawBufferPointer) -> [Hash32] {
        var chunks = [Hash32](repeating: .zero, count: (bytes.count + 31) / 32)
        chunks.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        return chunks
    }

    /// Grows the root of a tree of depth `from` into that of a tree of depth `to` by zero subtrees on the right.
    @inlinable public static func extend(_ root: Hash32, from: Int, to: Int) -> Hash32 {
        guard from < to else { return root }
        var root = root
        for level in from..<to { root = SHA256.hash(root, zeroHashes[level]) }
        return root
    }

    /// `mix_in_length`: a list's root over its data root and its count.
    @inlinable public static func mixInLength(_ root: Hash32, _ count: Int) -> Hash32 {
        SHA256.hash(root, UInt256(UInt64(count)).littleEndianHash)
    }

    /// `is_valid_merkle_branch` (phase0 `beacon-chain.md`): whether `leaf`, hashed up with the `depth` siblings of `branch`
    /// along the bits of `index` (the leaf's position in its row), gives `root`.
    public static func isValidBranch(
        leaf: Hash32, branch: some Collection<Hash32>, depth: Int, index: UInt64, root: Hash32
    ) -> Bool {
        guard branch.count == depth, depth <= 64 else { return false }
        var node = leaf
        var position = index
        for sibling in branch {
            node = position & 1 == 1 ? SHA256.hash(sibling, node) : SHA256.hash(node, sibling)
            position >>= 1
        }
        return node == root
    }
}
