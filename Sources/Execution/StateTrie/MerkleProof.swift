public import Primitives

extension MerklePatriciaTrie {
    /// The encoded nodes from the root towards `key`: a proof of its value, or of its absence (EIP-1186).
    public func proof(for key: [UInt8]) throws(StateTrieError) -> [[UInt8]] {
        var path = NibblePath.nibbles(of: key)[...]
        var proof: [[UInt8]] = []
        var node = root
        // Nodes inside their parent's encoding are no items of their own.
        var isItem = true
        while true {
            if case .stored(let hash) = node {
                node = try load(hash)
                isItem = true
            }
            if isItem, !isEmpty(node) {
                var nodes = StateNodes()
                proof.append(node.encoded(into: &nodes))
            }
            switch node {
            case .empty, .leaf, .stored: return proof
            case .extension(let prefix, let child):
                guard path.starts(with: prefix) else { return proof }
                path = path.dropFirst(prefix.count)
                node = child
            case .branch(let children, _):
                guard let nibble = path.popFirst() else { return proof }
                node = children[Int(nibble)]
            }
            var nodes = StateNodes()
            isItem = node.encoded(into: &nodes).count >= 32
        }
    }

    private func isEmpty(_ node: TrieNode) -> Bool {
        if case .empty = node { true } else { false }
    }

    /// The value of `key` in the trie with the given root, by a proof alone; `nil` when the proof shows its absence.
    ///
    /// - Throws: `badProof` when the nodes do not lead from `root` to `key`.
    public static func verify(_ proof: [[UInt8]], for key: [UInt8], root: Hash32) throws(StateTrieError) -> [UInt8]? {
        var nodes = StateNodes()
        for node in proof { nodes.insert(node: node, hash: Keccak256.hash(node)) }
        do {
            return try MerklePatriciaTrie(root: root, database: nodes).value(for: key)
        } catch {
            throw .badProof("\(error)")
        }
    }
}
