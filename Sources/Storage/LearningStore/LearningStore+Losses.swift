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
