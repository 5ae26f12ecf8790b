import KeyValueStore
public import Primitives

extension LearningStore {
    /// The loss measured for an adapter on a base model and texts: its FP32 bits, the number of tokens, and the root of all
    /// texts' losses. One remembered without that root is not known: it is measured again.
    public func loss(baseModel: Hash32, texts: Hash32, adapter: Hash32) throws -> (bits: UInt32, tokens: UInt64, root: Hash32)? {
        let key = baseModel.bytes + texts.bytes + adapter.bytes
        guard let bytes = try store.read({ txn in try txn.value(for: key, in: Self.lossTable) }), bytes.count == 44,
            let bits = bytes.bigEndian(UInt32.self, at: 0), let tokens = bytes.bigEndian(UInt64.self, at: 4),
            let root = Hash32(bytes.suffix(32))
        else { return nil }
        return (bits, tokens, root)
    }

    /// Remembers a measured loss.
    public func putLoss(
        bits: UInt32, root: Hash32, tokens: UInt64, baseModel: Hash32, texts: Hash32, adapter: Hash32
    ) throws {
        let key = baseModel.bytes + texts.bytes + adapter.bytes
        let value = bits.bigEndianBytes + tokens.bigEndianBytes + root.bytes
        try store.write { txn in try txn.put(value, for: key, in: Self.lossTable) }
    }
}

extension LearningStore {
    /// What was remembered of a base model's losses on the sentences of a pool, as it was put: whoever reads it checks it.
    public func sentenceLosses(baseModel: Hash32, pool: Hash32) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: Self.sentenceKey(baseModel, pool), in: Self.lossTable) }
    }

    /// Remembers them, in place of what was there.
    public func putSentenceLosses(_ record: [UInt8], baseModel: Hash32, pool: Hash32) throws {
        try store.write { txn in try txn.put(record, for: Self.sentenceKey(baseModel, pool), in: Self.lossTable) }
    }

    /// Shorter than an adapter's key, so never one.
    private static func sentenceKey(_ baseModel: Hash32, _ pool: Hash32) -> [UInt8] { baseModel.bytes + pool.bytes }
}
