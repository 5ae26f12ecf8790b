import KeyValueStore
public import Primitives

/// State tries share their unchanged nodes, so each node counts who names it: other nodes, and the states that are held. When a
/// state is let go, the nodes that nobody names any more go with it, in the same transaction.
///
/// Nodes of folders written before this count existed have no entry and stay for ever.
extension ExecutionBatch {
    /// The hashes that an encoded node names.
    public typealias Children = @Sendable (_ node: [UInt8], _ hash: Hash32) throws -> [Hash32]

    /// Puts the trie nodes of a block's state, as far as they are new and its root leads to them, and holds the state.
    public mutating func putState(_ state: StoredState, nodes: [Hash32: [UInt8]], children: @escaping Children) {
        batch.update { txn in
            guard try !txn.contains(state.key, in: ExecutionStore.liveStates) else { return }
            try txn.put(state.root, for: state.key, in: ExecutionStore.liveStates)
            var counter = ReferenceCounter(children: children)
            try counter.hold(state.root, nodes: nodes, in: &txn)
        }
    }

    /// Lets go of the states of blocks up to and with `number`, but for that of `genesis`, and removes the nodes that
    /// no other state needs.
    public mutating func releaseStates(through number: UInt64, children: @escaping Children) {
        batch.update { txn in
            var states: [StoredState] = []
            let first = UInt64(1).bigEndianBytes
            try txn.scan(ExecutionStore.liveStates, prefix: [], from: first, order: .ascending) { key, root in
                guard let state = StoredState(key: [UInt8](key), root: [UInt8](root)) else {
                    throw ChainStoreError.malformed(table: ExecutionStore.liveStates.name, key: [UInt8](key).hex)
                }
                guard state.number <= number else { return .stop }
                states.append(state)
                return .next
            }
            var counter = ReferenceCounter(children: children)
            for state in states {
                try counter.release(state.root, in: &txn)
                try txn.remove(state.key, in: ExecutionStore.liveStates)
            }
        }
    }
}

/// Counts references inside one write transaction.
private struct ReferenceCounter {
    let children: ExecutionBatch.Children

    /// One more reference to `root`. New nodes that it leads to are put, each naming its children once.
    mutating func hold(_ root: Hash32, nodes: [Hash32: [UInt8]], in txn: inout WriteTransaction) throws {
        var open = [root]
        while let hash = open.popLast() {
            if let count = try count(hash, in: txn) {
                try set(count + 1, hash, in: &txn)
            } else if try txn.contains(hash, in: ExecutionStore.nodes) {
                continue
            } else if let node = nodes[hash] {
                try txn.put(node, for: hash, in: ExecutionStore.nodes)
                try set(1, hash, in: &txn)
                open += try children(node, hash)
            }
        }
    }

    /// One reference less to `root`, and what follows from it.
    mutating func release(_ root: Hash32, in txn: inout WriteTransaction) throws {
        var open = [root]
        while let hash = open.popLast() {
            guard let count = try count(hash, in: txn) else { continue }
            if count > 1 {
                try set(count - 1, hash, in: &txn)
                continue
            }
            if let node = try txn.value(for: hash, in: ExecutionStore.nodes) { open += try children(node, hash) }
            try txn.remove(hash, in: ExecutionStore.nodes)
            try txn.remove(hash, in: ExecutionStore.references)
        }
    }

    private func count(_ hash: Hash32, in txn: borrowing WriteTransaction) throws -> UInt64? {
        try txn.value(for: hash, in: ExecutionStore.references).flatMap { UInt64(storeBytes: $0) }
    }

    private func set(_ count: UInt64, _ hash: Hash32, in txn: inout WriteTransaction) throws {
        try txn.put(count, for: hash, in: ExecutionStore.references)
    }
}
