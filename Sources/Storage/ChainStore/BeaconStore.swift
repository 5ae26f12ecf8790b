public import KeyValueStore
public import Primitives

/// The beacon chain on disk: blocks and states by root as SSZ bytes, an index of blocks by slot, the canonical
/// chain, checkpoints, and the fork choice as one opaque value. The beacon node gives the bytes their meaning.
///
/// Reads are short transactions of their own. All writes of one imported block go through one `write`.
public struct BeaconStore: Sendable {
    static let blocks: KeyValueStore.Table = "beacon/blocks"
    static let states: KeyValueStore.Table = "beacon/states"
    static let summaries: KeyValueStore.Table = "beacon/summaries"
    /// Slot (8 bytes) and root (32 bytes) of every block, canonical or not; no values.
    static let slots: KeyValueStore.Table = "beacon/slots"
    static let canonical: KeyValueStore.Table = "beacon/canonical"
    static let pointers: KeyValueStore.Table = "beacon/pointers"
    static let values: KeyValueStore.Table = "beacon/values"
    /// By sync committee period.
    static let lightClientUpdates: KeyValueStore.Table = "beacon/light-client-updates"

    /// By state root: the block (32 bytes) whose state it is, and the slot (8 bytes) up to which that state was advanced.
    static let stateRoots: KeyValueStore.Table = "beacon/state-roots"

    /// By slot: the roots of the finalised states that stay.
    static let archive: KeyValueStore.Table = "beacon/archive-points"

    /// The tables with which the key-value store must be opened.
    public static let tables = [
        blocks, states, summaries, slots, canonical, pointers, values, lightClientUpdates, stateRoots, archive,
    ]

    /// A block or state that is always known by its role.
    public enum Pointer: String, Sendable, CaseIterable {
        case genesisBlock, genesisState, head, justified, finalized
        /// The checkpoint that the chain was begun with, until all before it is here.
        case checkpoint
        /// The last block before that checkpoint, once all of them are here.
        case past
    }

    /// A value that exists once, opaque to the store.
    public enum Value: String, Sendable, CaseIterable {
        case forkChoice, justifiedCheckpoint, finalizedCheckpoint, chainConfiguration
    }

    let store: KeyValueStore

    /// - Throws: `ChainStoreError.wrongVersion` when the database has another layout.
    public init(_ store: KeyValueStore) throws {
        self.store = store
        try StoreLayout.checkVersion(in: Self.values, of: store)
        try indexOldStates()
        try listOldArchivePoints()
    }

    /// The signed block with the given root, as it was put.
    public func block(_ root: Hash32) throws -> [UInt8]? { try value(root, in: Self.blocks) }
    public func hasBlock(_ root: Hash32) throws -> Bool { try store.read { txn in try txn.contains(root, in: Self.blocks) } }
    /// The state with the given root, as it was put.
    public func state(_ root: Hash32) throws -> [UInt8]? { try value(root, in: Self.states) }
    public func hasState(_ root: Hash32) throws -> Bool { try store.read { txn in try txn.contains(root, in: Self.states) } }

    public func summary(_ root: Hash32) throws -> BeaconBlockSummary? {
        guard let bytes = try value(root, in: Self.summaries) else { return nil }
        guard let summary = BeaconBlockSummary(encoded: bytes) else {
            throw ChainStoreError.malformed(table: Self.summaries.name, key: root.hex)
        }
        return summary
    }

    /// The roots of all blocks from `first` to `last`, canonical or not, in order of their slots.
    public func blockRoots(from first: UInt64, through last: UInt64) throws -> [(slot: UInt64, root: Hash32)] {
        var result: [(slot: UInt64, root: Hash32)] = []
        let start = first.bigEndianBytes
        try store.read { txn in
            try txn.scan(Self.slots, from: start) { key, _ in
                guard let slot = UInt64(storeBytes: key.prefix(8)), let root = Hash32(key.dropFirst(8)) else {
                    throw ChainStoreError.malformed(table: Self.slots.name, key: key.hex)
                }
                guard slot <= last else { return .stop }
                result.append((slot, root))
                return .next
            }
        }
        return result
    }

    /// The canonical block of exactly this slot; `nil` for an empty slot.
    public func canonicalRoot(slot: UInt64) throws -> Hash32? {
        try StoreLayout.hash(for: slot, in: Self.canonical, of: store)
    }

    /// The canonical block of `slot`, or of the last slot before it that has one.
    public func canonicalRoot(atOrBefore slot: UInt64) throws -> (slot: UInt64, root: Hash32)? {
        let start = slot.bigEndianBytes
        let entry = try store.read { txn in
            try txn.entries(in: Self.canonical, from: start, order: .descending, limit: 1).first
        }
        guard let entry else { return nil }
        guard let slot = UInt64(storeBytes: entry.key), let root = Hash32(entry.value) else {
            throw ChainStoreError.malformed(table: Self.canonical.name, key: entry.key.hex)
        }
        return (slot, root)
    }

    public func pointer(_ pointer: Pointer) throws -> Hash32? {
        try StoreLayout.hash(for: pointer.rawValue, in: Self.pointers, of: store)
    }

    /// The best light client update of a sync committee period, as far as the period is finalised.
    public func lightClientUpdate(period: UInt64) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: period, in: Self.lightClientUpdates) }
    }

    public func value(_ name: Value) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: name.rawValue, in: Self.values) }
    }

    private func value(_ root: Hash32, in table: KeyValueStore.Table) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: root, in: table) }
    }

    /// Writes what `body` puts into the batch, in one transaction: all of it or nothing.
    public func write(_ body: (inout BeaconBatch) throws -> Void) throws {
        var batch = BeaconBatch()
        try body(&batch)
        try batch.batch.commit(to: store)
    }
}

/// The writes of one `BeaconStore.write`.
public struct BeaconBatch {
    var batch = StoreBatch()

    /// Puts a signed block with what is asked of it often.
    public mutating func putBlock(_ root: Hash32, _ encoded: [UInt8], summary: BeaconBlockSummary) {
        batch.put(encoded, for: root, in: BeaconStore.blocks)
        batch.put(summary.encoded, for: root, in: BeaconStore.summaries)
        batch.put([UInt8](), for: Self.slotKey(summary.slot, root), in: BeaconStore.slots)
        putStateRoot(summary.stateRoot, of: root, slot: summary.slot)
    }

    /// Notes that `stateRoot` is the root of the state after the block, advanced to `slot`.
    public mutating func putStateRoot(_ stateRoot: Hash32, of block: Hash32, slot: UInt64) {
        batch.put(BeaconStore.statePlace(block, slot: slot), for: stateRoot, in: BeaconStore.stateRoots)
    }

    /// Removes a block, which `slot` had.
    public mutating func removeBlock(_ root: Hash32, slot: UInt64) {
        batch.remove(root, in: BeaconStore.blocks)
        batch.remove(root, in: BeaconStore.summaries)
        batch.remove(Self.slotKey(slot, root), in: BeaconStore.slots)
    }

    public mutating func putState(_ root: Hash32, _ encoded: [UInt8]) { batch.put(encoded, for: root, in: BeaconStore.states) }
    public mutating func removeState(_ root: Hash32) { batch.remove(root, in: BeaconStore.states) }

    /// Makes `root` the canonical block of `slot`, or makes the slot empty.
    public mutating func setCanonical(slot: UInt64, _ root: Hash32?) {
        if let root {
            batch.put(root, for: slot, in: BeaconStore.canonical)
        } else {
            batch.remove(slot, in: BeaconStore.canonical)
        }
    }

    /// Leaves no canonical block from `slot` on.
    public mutating func removeCanonical(from slot: UInt64) { batch.remove(from: slot, in: BeaconStore.canonical) }

    public mutating func putLightClientUpdate(period: UInt64, _ encoded: [UInt8]) {
        batch.put(encoded, for: period, in: BeaconStore.lightClientUpdates)
    }

    public mutating func set(_ pointer: BeaconStore.Pointer, _ root: Hash32) {
        batch.put(root, for: pointer.rawValue, in: BeaconStore.pointers)
    }

    public mutating func clear(_ pointer: BeaconStore.Pointer) { batch.remove(pointer.rawValue, in: BeaconStore.pointers) }

    public mutating func set(_ name: BeaconStore.Value, _ value: [UInt8]) {
        batch.put(value, for: name.rawValue, in: BeaconStore.values)
    }

    private static func slotKey(_ slot: UInt64, _ root: Hash32) -> [UInt8] {
        slot.bigEndianBytes + root.bytes
    }
}
