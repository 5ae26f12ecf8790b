import KeyValueStore
public import Primitives

/// How far the journal has what happened before the node came.
extension LearningStore {
    /// Whether the journal has every update up to this block.
    public func hasPast(_ block: Hash32) throws -> Bool { try store.read { txn in try txn.contains(block, in: Self.pastTable) } }

    public func putPast(_ block: Hash32) throws { try store.write { txn in try txn.put([UInt8](), for: block, in: Self.pastTable) } }
}
