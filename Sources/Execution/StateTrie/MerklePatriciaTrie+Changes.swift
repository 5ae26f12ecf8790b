import Primitives

/// The recursive changes. Each returns the new subtree and leaves the old one as it was.
extension MerklePatriciaTrie {
    func inserting(_ value: [UInt8], at path: ArraySlice<UInt8>, into node: TrieNode) throws(StateTrieError) -> TrieNode {
        switch node {
        case .empty:
            return .leaf(path: Array(path), value: value)
        case .stored(let hash):
            return try inserting(value, at: path, into: load(hash))
        case .leaf(let oldPath, let oldValue):
            let common = NibblePath.commonPrefix(oldPath, path)
            if common == oldPath.count && common == path.count { return .leaf(path: oldPath, value: value) }
            return fork(at: common, path, value, oldPath, oldValue) { .leaf(path: Array($0), value: oldValue) }
        case .extension(let prefix, let child):
            let common = NibblePath.commonPrefix(prefix, path)
            if common == prefix.count {
                return .extension(path: prefix, child: try inserting(value, at: path.dropFirst(common), into: child))
            }
            return fork(at: common, path, value, prefix, []) { .prefixed($0, child) }
        case .branch(var children, let oldValue):
            guard let nibble = path.first else { return .branch(children: children, value: value) }
            children[Int(nibble)] = try inserting(value, at: path.dropFirst(), into: children[Int(nibble)])
            return .branch(children: children, value: oldValue)
        }
    }

    /// A branch where `path` and `oldPath` part after `common` half-bytes. What was there before goes on below the
    /// branch as `old`, or is `oldValue` in the branch itself when its path ends here.
    private func fork(
        at common: Int, _ path: ArraySlice<UInt8>, _ value: [UInt8], _ oldPath: [UInt8], _ oldValue: [UInt8],
        old: (ArraySlice<UInt8>) -> TrieNode
    ) -> TrieNode {
        var children = TrieNode.emptyChildren
        var branchValue: [UInt8] = []
        let oldRest = oldPath[common...]
        if let nibble = oldRest.first {
            children[Int(nibble)] = old(oldRest.dropFirst())
        } else {
            branchValue = oldValue
        }
        let rest = path.dropFirst(common)
        if let nibble = rest.first {
            children[Int(nibble)] = .leaf(path: Array(rest.dropFirst()), value: value)
        } else {
            branchValue = value
        }
        return .prefixed(path.prefix(common), .branch(children: children, value: branchValue))
    }

    /// The subtree without `path`, or `nil` when it is not in there.
    func removing(_ path: ArraySlice<UInt8>, from node: TrieNode) throws(StateTrieError) -> TrieNode? {
        switch node {
        case .empty:
            return nil
        case .stored(let hash):
            return try removing(path, from: load(hash))
        case .leaf(let rest, _):
            return path.elementsEqual(rest) ? .empty : nil
        case .extension(let prefix, let child):
            guard path.starts(with: prefix) else { return nil }
            guard let changed = try removing(path.dropFirst(prefix.count), from: child) else { return nil }
            return .prefixed(prefix, changed)
        case .branch(var children, let value):
            guard let nibble = path.first else {
                return value.isEmpty ? nil : try collapsed(children, value: [])
            }
            guard let changed = try removing(path.dropFirst(), from: children[Int(nibble)]) else { return nil }
            children[Int(nibble)] = changed
            return try collapsed(children, value: value)
        }
    }

    /// A branch, or what remains of it when fewer than two things hang on it.
    private func collapsed(_ children: [TrieNode], value: [UInt8]) throws(StateTrieError) -> TrieNode {
        var only: (nibble: UInt8, child: TrieNode)?
        for (index, child) in children.enumerated() {
            if case .empty = child { continue }
            if only != nil { return .branch(children: children, value: value) }
            only = (UInt8(index), child)
        }
        guard let (nibble, child) = only else { return value.isEmpty ? .empty : .leaf(path: [], value: value) }
        guard value.isEmpty else { return .branch(children: children, value: value) }
        // A leaf or extension merges with the half-byte before it, so what was not loaded must be now.
        if case .stored(let hash) = child {
            let loaded = try load(hash)
            if case .branch = loaded { return .extension(path: [nibble], child: child) }
            return .prefixed([nibble], loaded)
        }
        return .prefixed([nibble], child)
    }
}
