import KeyValueStore
public import Primitives

/// Where a transaction stands.
public struct TransactionPlace: Hashable, Sendable {
    public var block: Hash32
    public var index: UInt64

    public init(block: Hash32, index: UInt64) {
        self.block = block
        self.index = index
    }
}

extension ExecutionStore {
    /// The receipts of the block with the given hash, as they were put.
    public func receipts(_ hash: Hash32) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: hash, in: Self.receipts) }
    }

    /// Where the canonical chain holds the transaction.
    public func place(of transaction: Hash32) throws -> TransactionPlace? {
        guard let bytes = try store.read({ txn in try txn.value(for: transaction, in: Self.transactions) }) else { return nil }
        guard bytes.count == 40, let block = Hash32(bytes.prefix(32)), let index = UInt64(storeBytes: bytes.suffix(8)) else {
            throw ChainStoreError.malformed(table: Self.transactions.name, key: transaction.hex)
        }
        return TransactionPlace(block: block, index: index)
    }

    /// What waited in the pool, by the hash under which it was put.
    public func pooledTransactions() throws -> [(hash: [UInt8], encoded: [UInt8])] {
        try store.read { txn in try txn.entries(in: Self.pool).map { ($0.key, $0.value) } }
    }
}

extension ExecutionBatch {
    public mutating func putReceipts(_ block: Hash32, _ encoded: [UInt8]) {
        batch.put(encoded, for: block, in: ExecutionStore.receipts)
    }

    /// The canonical chain holds the transaction at `place`, or no more.
    public mutating func setPlace(_ place: TransactionPlace?, of transaction: Hash32) {
        if let place {
            batch.put(place.block.bytes + place.index.bigEndianBytes, for: transaction, in: ExecutionStore.transactions)
        } else {
            batch.remove(transaction, in: ExecutionStore.transactions)
        }
    }

    public mutating func putPooled(_ hash: Hash32, _ encoded: [UInt8]) { batch.put(encoded, for: hash, in: ExecutionStore.pool) }
    public mutating func removePooled(_ hash: [UInt8]) { batch.remove(hash, in: ExecutionStore.pool) }
}
