import KeyValueStore
import Primitives

/// Writes in order, collected before their one transaction begins, so that the transaction is short and can be
/// repeated.
struct StoreBatch {
    private enum Operation {
        case put(KeyValueStore.Table, key: [UInt8], value: [UInt8])
        case remove(KeyValueStore.Table, key: [UInt8])
        /// Removes this key and all after it.
        case removeFrom(KeyValueStore.Table, key: [UInt8])
        /// Writes what depends on what is there. May run again when the transaction does.
        case update((inout WriteTransaction) throws -> Void)
    }

    private var operations: [Operation] = []

    var isEmpty: Bool { operations.isEmpty }

    mutating func put(_ value: some StoreBytes, for key: some StoreBytes, in table: KeyValueStore.Table) {
        operations.append(.put(table, key: key.withStoreBytes { [UInt8]($0) }, value: value.withStoreBytes { [UInt8]($0) }))
    }

    mutating func remove(_ key: some StoreBytes, in table: KeyValueStore.Table) {
        operations.append(.remove(table, key: key.withStoreBytes { [UInt8]($0) }))
    }

    mutating func remove(from key: some StoreBytes, in table: KeyValueStore.Table) {
        operations.append(.removeFrom(table, key: key.withStoreBytes { [UInt8]($0) }))
    }

    mutating func update(_ body: @escaping (inout WriteTransaction) throws -> Void) { operations.append(.update(body)) }

    /// Writes everything in one transaction.
    func commit(to store: KeyValueStore) throws {
        guard !isEmpty else { return }
        try store.write { txn in
            for operation in operations {
                switch operation {
                case .put(let table, let key, let value): try txn.put(value, for: key, in: table)
                case .remove(let table, let key): try txn.remove(key, in: table)
                case .removeFrom(let table, let key):
                    for entry in try txn.entries(in: table, from: key) { try txn.remove(entry.key, in: table) }
                case .update(let body): try body(&txn)
                }
            }
        }
    }
}
