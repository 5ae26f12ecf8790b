import KeyValueStore
import Primitives

/// Checks on opening, and on what comes back.
enum StoreLayout {
    /// Raised whenever a table changes its meaning.
    static let version: UInt64 = 1

    /// Writes the layout's version into a fresh `table`, or compares it.
    static func checkVersion(in table: KeyValueStore.Table, of store: KeyValueStore) throws {
        let found = try store.read { txn in try txn.value(for: "version", in: table) }
        guard let found else {
            try store.write { txn in try txn.put(version, for: "version", in: table) }
            return
        }
        guard let number = UInt64(storeBytes: found) else {
            throw ChainStoreError.malformed(table: table.name, key: "version")
        }
        guard number == version else { throw ChainStoreError.wrongVersion(found: number, expected: version) }
    }

    /// The hash stored under `key`.
    static func hash(
        for key: some StoreBytes & Sendable, in table: KeyValueStore.Table, of store: KeyValueStore
    ) throws -> Hash32? {
        guard let bytes = try store.read({ txn in try txn.value(for: key, in: table) }) else { return nil }
        guard let hash = Hash32(bytes) else { throw ChainStoreError.malformed(table: table.name, key: "\(key)") }
        return hash
    }
}
