public import Primitives

extension StateNodes {
    /// The hashes of the nodes that an encoded trie node names: its subtrees, and the storage tries of the accounts in it.
    ///
    /// A value is taken for an account if it has the form of one, a list of four items; a storage slot's value is never a list.
    public static func children(ofNode encoded: [UInt8], hash: Hash32) throws(StateTrieError) -> [Hash32] {
        var found: [Hash32] = []
        try TrieNode(encoded: encoded, hash: hash).collectChildren(into: &found)
        return found
    }
}

extension TrieNode {
    fileprivate func collectChildren(into found: inout [Hash32]) {
        switch self {
        case .empty: break
        case .leaf(_, let value):
            guard let account = try? Account(encoded: value), account.storageRoot != MerklePatriciaTrie.emptyRoot else { return }
            found.append(account.storageRoot)
        case .extension(_, let child): child.collectChildren(into: &found)
        case .branch(let children, _): for child in children { child.collectChildren(into: &found) }
        case .stored(let hash): found.append(hash)
        }
    }
}
