import Primitives

extension MerklePatriciaTrie {
    /// Calls `body` with the entries in ascending order of their keys until it returns `false`. Subtrees wholly
    /// before `start` are not loaded.
    ///
    /// - Throws: when a node is missing, or the trie holds a key of an odd number of half-bytes.
    public func forEachEntry(
        from start: [UInt8] = [], _ body: (_ key: [UInt8], _ value: [UInt8]) -> Bool
    ) throws(StateTrieError) {
        _ = try visit(root, path: [], start: NibblePath.nibbles(of: start), body)
    }

    /// Visits one subtree; `false` when `body` asked to stop.
    private func visit(
        _ node: TrieNode, path: [UInt8], start: [UInt8], _ body: ([UInt8], [UInt8]) -> Bool
    ) throws(StateTrieError) -> Bool {
        // Everything below `path` is before `start` when `path` is smaller and no beginning of it.
        if !start.starts(with: path) && path.lexicographicallyPrecedes(start) { return true }
        switch node {
        case .empty: return true
        case .stored(let hash): return try visit(load(hash), path: path, start: start, body)
        case .leaf(let rest, let value): return report(path + rest, value, start, body)
        case .extension(let prefix, let child): return try visit(child, path: path + prefix, start: start, body)
        case .branch(let children, let value):
            if !value.isEmpty, !report(path, value, start, body) { return false }
            for (nibble, child) in children.enumerated() {
                guard try visit(child, path: path + [UInt8(nibble)], start: start, body) else { return false }
            }
            return true
        }
    }

    private func report(_ path: [UInt8], _ value: [UInt8], _ start: [UInt8], _ body: ([UInt8], [UInt8]) -> Bool) -> Bool {
        path.lexicographicallyPrecedes(start) ? true : body(NibblePath.bytes(of: path), value)
    }
}
