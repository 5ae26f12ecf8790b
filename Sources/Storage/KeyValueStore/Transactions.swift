import CLMDB

/// A consistent snapshot of all tables, lent to the closure of `KeyValueStore.read`.
public struct ReadTransaction: ~Copyable, KeyValueReader {
    let core: TransactionCore

    public func withValue<R>(
        for key: some StoreBytes, in table: KeyValueStore.Table, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try core.withValue(for: key, in: table, body)
    }

    public func scan(
        _ table: KeyValueStore.Table, prefix: [UInt8] = [], from start: [UInt8]? = nil, order: ScanOrder = .ascending,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> ScanStep
    ) throws {
        try core.scan(table, prefix: prefix, from: start, order: order, body)
    }

    public func count(in table: KeyValueStore.Table) throws -> Int { try core.count(in: table) }
}

/// The one open write transaction, lent to the closure of `KeyValueStore.write`. It reads its own writes.
public struct WriteTransaction: ~Copyable, KeyValueReader {
    let core: TransactionCore
    /// A write met the end of the memory map, so the whole transaction has to be tried again.
    private(set) var mapIsFull = false

    init(core: TransactionCore) { self.core = core }

    public func withValue<R>(
        for key: some StoreBytes, in table: KeyValueStore.Table, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try core.withValue(for: key, in: table, body)
    }

    public func scan(
        _ table: KeyValueStore.Table, prefix: [UInt8] = [], from start: [UInt8]? = nil, order: ScanOrder = .ascending,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> ScanStep
    ) throws {
        try core.scan(table, prefix: prefix, from: start, order: order, body)
    }

    public func count(in table: KeyValueStore.Table) throws -> Int { try core.count(in: table) }

    /// Sets the value of `key`, replacing what was there.
    public mutating func put(_ value: some StoreBytes, for key: some StoreBytes, in table: KeyValueStore.Table) throws {
        let index = try core.index(of: table)
        let code = try key.withStoreBytes { keyBytes in
            try TransactionCore.checkKey(keyBytes)
            return value.withStoreBytes { valueBytes in
                var key = TransactionCore.slice(keyBytes)
                var value = TransactionCore.slice(valueBytes)
                return mdb_put(core.handle, index, &key, &value, 0)
            }
        }
        try check(code, "put")
    }

    /// Removes `key`; whether it was there.
    @discardableResult
    public mutating func remove(_ key: some StoreBytes, in table: KeyValueStore.Table) throws -> Bool {
        let index = try core.index(of: table)
        let code = try key.withStoreBytes { bytes in
            try TransactionCore.checkKey(bytes)
            var key = TransactionCore.slice(bytes)
            return mdb_del(core.handle, index, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "remove")
        return true
    }

    /// Removes the entries whose keys begin with `prefix`; how many there were.
    @discardableResult
    public mutating func removeAll(in table: KeyValueStore.Table, prefix: [UInt8] = []) throws -> Int {
        var keys: [[UInt8]] = []
        try scan(table, prefix: prefix) { key, _ in
            keys.append([UInt8](key))
            return .next
        }
        for key in keys { try remove(key, in: table) }
        return keys.count
    }

    private mutating func check(_ code: Int32, _ operation: String) throws {
        if code == MDB_MAP_FULL { mapIsFull = true }
        try core.check(code, operation)
    }
}
