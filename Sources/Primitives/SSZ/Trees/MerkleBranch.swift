public import Primitives

/// A node of a Merkle tree with the siblings on its way to the root.
public struct MerkleBranch: Sendable, Hashable {
    /// The node that is proved.
    public var leaf: Hash32
    /// The siblings from the node upwards.
    public var siblings: [Hash32]

    public init(leaf: Hash32, siblings: [Hash32] = []) {
        self.leaf = leaf
        self.siblings = siblings
    }

    /// The branch inside one tree of depth `depth` over `leaves`: to the node at the end of `path` when that lies in
    /// this tree, otherwise to a leaf, below which `below` gives the rest.
    static func inTree(
        of leaves: [Hash32], depth: Int, path: TreePath,
        below: (_ leaf: Int, _ rest: TreePath) throws(SSZError) -> MerkleBranch
    ) throws(SSZError) -> MerkleBranch {
        let steps = min(depth, path.depth)
        let (position, rest) = path.split(after: steps)
        var rows = [leaves]
        for level in 0..<depth {
            var row = rows[level]
            if row.isEmpty { break }
            if row.count % 2 == 1 { row.append(Merkle.zeroHashes[level]) }
            rows.append(stride(from: 0, to: row.count, by: 2).map { SHA256.hash(row[$0], row[$0 + 1]) })
        }
        func node(level: Int, position: Int) -> Hash32 {
            level < rows.count && position < rows[level].count ? rows[level][position] : Merkle.zeroHashes[level]
        }
        let bottom = depth - steps
        var branch = MerkleBranch(leaf: node(level: bottom, position: position))
        if rest.depth > 0 {
            guard position < leaves.count else { throw SSZError(.noSuchNode(path.generalizedIndex)) }
            branch = try below(position, rest)
        }
        for level in bottom..<depth {
            branch.siblings.append(node(level: level, position: (position >> (level - bottom)) ^ 1))
        }
        return branch
    }

    /// The branch of a list: its data tree on the left of its length.
    static func inList(
        dataRoot: Hash32, count: Int, path: TreePath,
        data: (_ rest: TreePath) throws(SSZError) -> MerkleBranch
    ) throws(SSZError) -> MerkleBranch {
        let length = UInt256(UInt64(count)).littleEndianHash
        guard path.depth > 0 else { return MerkleBranch(leaf: SHA256.hash(dataRoot, length)) }
        let (side, rest) = path.split(after: 1)
        if side == 1 {
            guard rest.depth == 0 else { throw SSZError(.noSuchNode(path.generalizedIndex)) }
            return MerkleBranch(leaf: length, siblings: [dataRoot])
        }
        var branch = try data(rest)
        branch.siblings.append(length)
        return branch
    }

    /// The branch of a value without parts: only its root.
    static func atRoot(_ root: Hash32, path: TreePath) throws(SSZError) -> MerkleBranch {
        guard path.depth == 0 else { throw SSZError(.noSuchNode(path.generalizedIndex)) }
        return MerkleBranch(leaf: root)
    }
}
