public import KeyValueStore
public import Primitives

/// The execution chain on disk: blocks by hash, the canonical chain by number, head pointers, and the state trie's
/// nodes and code by hash. Everything is bytes; the execution node gives them meaning.
///
/// Reads are short transactions of their own. All writes of one imported block go through one `write`.
public struct ExecutionStore: Sendable {
    static let headers: KeyValueStore.Table = "execution/headers"
    static let bodies: KeyValueStore.Table = "execution/bodies"
    static let canonical: KeyValueStore.Table = "execution/canonical"
    static let nodes: KeyValueStore.Table = "execution/nodes"
    static let codes: KeyValueStore.Table = "execution/codes"
    static let pointers: KeyValueStore.Table = "execution/pointers"
    /// How often each node is named by others and by live states; nodes without an entry are never removed.
    static let references: KeyValueStore.Table = "execution/node-references"
    /// Block number (8 bytes) and hash (32 bytes) of the blocks whose states are held, with the state's root.
    static let liveStates: KeyValueStore.Table = "execution/live-states"

    /// A block's receipts by its hash, for blocks that hold transactions.
    static let receipts: KeyValueStore.Table = "execution/receipts"
    /// Where each transaction of the canonical chain stands: block hash (32 bytes) and index (8 bytes) by its hash.
    static let transactions: KeyValueStore.Table = "execution/transactions"
    /// Transactions that wait in the pool, by hash.
    static let pool: KeyValueStore.Table = "execution/pool"

    /// The work up to each block of a chain that follows work, its own included: 32 bytes, big-endian, by its hash.
    static let work: KeyValueStore.Table = "execution/work"

    /// The tables with which the key-value store must be opened.
    public static let tables = [
        headers, bodies, canonical, nodes, codes, pointers, references, liveStates, receipts, transactions, pool, work,
    ]

    /// A block that is always known by its role.
    public enum Pointer: String, Sendable, CaseIterable {
        case genesis, head, safe, finalized
    }

    let store: KeyValueStore

    /// - Throws: `ChainStoreError.wrongVersion` when the database has another layout.
    public init(_ store: KeyValueStore) throws {
        self.store = store
        try StoreLayout.checkVersion(in: Self.pointers, of: store)
    }

    /// The header with the given hash, as it was put.
    public func header(_ hash: Hash32) throws -> [UInt8]? { try value(hash, in: Self.headers) }
    /// The body of the block with the given hash, as it was put.
    public func body(_ hash: Hash32) throws -> [UInt8]? { try value(hash, in: Self.bodies) }
    public func hasBlock(_ hash: Hash32) throws -> Bool { try store.read { txn in try txn.contains(hash, in: Self.headers) } }
    /// A state trie node by its hash.
    public func node(_ hash: Hash32) throws -> [UInt8]? { try value(hash, in: Self.nodes) }
    /// Contract code by its hash.
    public func code(_ hash: Hash32) throws -> [UInt8]? { try value(hash, in: Self.codes) }
    /// The canonical block of the given number.
    public func canonicalHash(_ number: UInt64) throws -> Hash32? {
        try StoreLayout.hash(for: number, in: Self.canonical, of: store)
    }
    public func pointer(_ pointer: Pointer) throws -> Hash32? {
        try StoreLayout.hash(for: pointer.rawValue, in: Self.pointers, of: store)
    }

    /// The work up to the block with the given hash, as it was put.
    public func work(_ hash: Hash32) throws -> UInt256? {
        guard let bytes = try value(hash, in: Self.work) else { return nil }
        guard let word = Hash32(bytes) else { throw ChainStoreError.malformed(table: Self.work.name, key: hash.hex) }
        return UInt256(bigEndian: word)
    }

    private func value(_ hash: Hash32, in table: KeyValueStore.Table) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: hash, in: table) }
    }

    /// Writes what `body` puts into the batch, in one transaction: all of it or nothing.
    public func write(_ body: (inout ExecutionBatch) throws -> Void) throws {
        var batch = ExecutionBatch()
        try body(&batch)
        try batch.batch.commit(to: store)
    }
}

/// The writes of one `ExecutionStore.write`.
public struct ExecutionBatch {
    var batch = StoreBatch()

    public mutating func putBlock(_ hash: Hash32, header: [UInt8], body: [UInt8]) {
        batch.put(header, for: hash, in: ExecutionStore.headers)
        batch.put(body, for: hash, in: ExecutionStore.bodies)
    }

    public mutating func putNode(_ hash: Hash32, _ encoded: [UInt8]) { batch.put(encoded, for: hash, in: ExecutionStore.nodes) }
    public mutating func putCode(_ hash: Hash32, _ code: [UInt8]) { batch.put(code, for: hash, in: ExecutionStore.codes) }

    public mutating func putWork(_ hash: Hash32, _ total: UInt256) {
        batch.put(total.bigEndianHash, for: hash, in: ExecutionStore.work)
    }

    /// Makes `hash` the canonical block of `number`.
    public mutating func setCanonical(_ number: UInt64, _ hash: Hash32) { batch.put(hash, for: number, in: ExecutionStore.canonical) }

    /// Leaves no canonical block from `number` on.
    public mutating func removeCanonical(from number: UInt64) { batch.remove(from: number, in: ExecutionStore.canonical) }

    public mutating func set(_ pointer: ExecutionStore.Pointer, _ hash: Hash32) {
        batch.put(hash, for: pointer.rawValue, in: ExecutionStore.pointers)
    }
}
