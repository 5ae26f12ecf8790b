import KeyValueStore
public import Primitives

extension LearningStore {
    /// The loss measured for an adapter on a base model and texts: its FP32 bits and the number of tokens.
    public func loss(baseModel: Hash32, texts: Hash32, adapter: Hash32) throws -> (bits: UInt32, tokens: UInt64)? {
        let key = baseModel.bytes + texts.bytes + adapter.bytes
        guard let bytes = try store.read({ txn in try txn.value(for: key, in: Self.lossTable) }), bytes.count == 12 else { return nil }
        let bits = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        return (bits, bytes.dropFirst(4).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Remembers a measured loss.
    public func putLoss(bits: UInt32, tokens: UInt64, baseModel: Hash32, texts: Hash32, adapter: Hash32) throws {
        let key = baseModel.bytes + texts.bytes + adapter.bytes
        let value = withUnsafeBytes(of: bits.bigEndian) { Array($0) } + withUnsafeBytes(of: tokens.bigEndian) { Array($0) }
        try store.write { txn in try txn.put(value, for: key, in: Self.lossTable) }
    }
}
