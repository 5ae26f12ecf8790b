import CLMDB
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The reads that both kinds of transaction share. Lives only as long as the transaction around it.
struct TransactionCore {
    let handle: OpaquePointer
    let tables: [String: MDB_dbi]
    let directory: String

    func index(of table: KeyValueStore.Table) throws(KeyValueStoreError) -> MDB_dbi {
        guard let index = tables[table.name] else { throw .unknownTable(table.name) }
        return index
    }

    func check(_ code: Int32, _ operation: String) throws(KeyValueStoreError) {
        try LMDBEnvironment.check(code, operation, directory)
    }

    /// `key` as LMDB sees it.
    static func slice(_ bytes: UnsafeRawBufferPointer) -> MDB_val {
        MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    static func checkKey(_ bytes: UnsafeRawBufferPointer) throws(KeyValueStoreError) {
        guard (1...511).contains(bytes.count) else { throw .badKey(count: bytes.count) }
    }

    static func bytes(_ slice: MDB_val) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: slice.mv_data, count: slice.mv_size)
    }

    func withValue<R>(
        for key: some StoreBytes, in table: KeyValueStore.Table, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        let index = try index(of: table)
        return try key.withStoreBytes { bytes in
            try Self.checkKey(bytes)
            var key = Self.slice(bytes)
            var value = MDB_val()
            let code = mdb_get(handle, index, &key, &value)
            if code == MDB_NOTFOUND { return nil }
            try check(code, "get")
            return try body(Self.bytes(value))
        }
    }

    func count(in table: KeyValueStore.Table) throws -> Int {
        var figures = MDB_stat()
        try check(mdb_stat(handle, try index(of: table), &figures), "count")
        return figures.ms_entries
    }

    func scan(
        _ table: KeyValueStore.Table, prefix: [UInt8], from start: [UInt8]?, order: ScanOrder,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> ScanStep
    ) throws {
        var cursor: OpaquePointer?
        try check(mdb_cursor_open(handle, try index(of: table), &cursor), "open cursor")
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var code = try seek(cursor, &key, &value, prefix: prefix, from: start, order: order)
        while code != MDB_NOTFOUND {
            try check(code, "scan")
            let bytes = Self.bytes(key)
            guard bytes.starts(with: prefix) else { return }
            guard try body(bytes, Self.bytes(value)) == .next else { return }
            code = mdb_cursor_get(cursor, &key, &value, order == .ascending ? MDB_NEXT : MDB_PREV)
        }
    }

    /// Puts the cursor on the first entry of a scan.
    private func seek(
        _ cursor: OpaquePointer?, _ key: inout MDB_val, _ value: inout MDB_val, prefix: [UInt8], from start: [UInt8]?,
        order: ScanOrder
    ) throws -> Int32 {
        switch order {
        case .ascending:
            var target = prefix
            if let start, target.lexicographicallyPrecedes(start) { target = start }
            return set(cursor, &key, &value, atOrAfter: target)
        case .descending:
            // The last key at or before `start`, and before whatever follows the prefix.
            let end = Self.successor(of: prefix)
            if let start, end.map({ start.lexicographicallyPrecedes($0) }) ?? true {
                let code = set(cursor, &key, &value, atOrAfter: start)
                if code == MDB_SUCCESS, Self.bytes(key).elementsEqual(start) { return code }
                if code != MDB_SUCCESS && code != MDB_NOTFOUND { return code }
                return mdb_cursor_get(cursor, &key, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV)
            }
            guard let end else { return mdb_cursor_get(cursor, &key, &value, MDB_LAST) }
            let code = set(cursor, &key, &value, atOrAfter: end)
            if code != MDB_SUCCESS && code != MDB_NOTFOUND { return code }
            return mdb_cursor_get(cursor, &key, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV)
        }
    }

    private func set(_ cursor: OpaquePointer?, _ key: inout MDB_val, _ value: inout MDB_val, atOrAfter target: [UInt8]) -> Int32 {
        guard !target.isEmpty else { return mdb_cursor_get(cursor, &key, &value, MDB_FIRST) }
        // LMDB refuses keys longer than it stores; nothing that long is there, and the cut sorts just before.
        let usable = target.prefix(511)
        return Array(usable).withUnsafeBytes { bytes in
            key = Self.slice(bytes)
            // On success the cursor replaces `key` by the stored one, which outlives this closure.
            return mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
        }
    }

    /// The smallest byte string above all that begin with `prefix`; `nil` when there is none.
    static func successor(of prefix: [UInt8]) -> [UInt8]? {
        guard let position = prefix.lastIndex(where: { $0 != 0xff }) else { return nil }
        var result = Array(prefix[...position])
        result[position] += 1
        return result
    }
}
