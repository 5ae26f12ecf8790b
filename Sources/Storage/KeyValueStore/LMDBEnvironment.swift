import CLMDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Opening an LMDB environment, and translating its error codes.
enum LMDBEnvironment {
    struct Opened {
        let environment: OpaquePointer
        let tables: [String: MDB_dbi]
    }

    static func open(
        directory: String, tables: [KeyValueStore.Table], options: KeyValueStore.Options, isReadOnly: Bool = false
    ) throws -> Opened {
        var created: OpaquePointer?
        try check(mdb_env_create(&created), "create", directory)
        guard let environment = created else {
            throw KeyValueStoreError.cannotOpen(directory: directory, reason: "out of memory")
        }
        do {
            try check(mdb_env_set_mapsize(environment, options.initialMapSize), "map size", directory)
            try check(mdb_env_set_maxdbs(environment, UInt32(max(1, tables.count))), "tables", directory)
            try check(mdb_env_set_maxreaders(environment, 1024), "readers", directory)
            // NOTLS: a reader's slot belongs to its transaction, not to the thread that happens to run it.
            var flags = MDB_NOTLS
            if options.durability == .unsynced { flags |= MDB_NOSYNC }
            if isReadOnly { flags |= MDB_RDONLY }
            let code = mdb_env_open(environment, directory, UInt32(flags), 0o644)
            if code == ENOENT || code == EACCES || code == EROFS || code == ENOTDIR {
                throw KeyValueStoreError.cannotOpen(directory: directory, reason: String(cString: mdb_strerror(code)))
            }
            try check(code, "open", directory)
            try checkLength(environment, directory)
            return Opened(environment: environment, tables: try openTables(tables, environment, directory, isReadOnly))
        } catch {
            mdb_env_close(environment)
            throw error
        }
    }

    /// A data file cut short would be a bus error at the first read beyond its end: find it now.
    private static func checkLength(_ environment: OpaquePointer, _ directory: String) throws {
        var info = MDB_envinfo()
        var figures = MDB_stat()
        try check(mdb_env_info(environment, &info), "info", directory)
        try check(mdb_env_stat(environment, &figures), "stat", directory)
        var descriptor: Int32 = -1
        var status = stat()
        guard mdb_env_get_fd(environment, &descriptor) == 0, fstat(descriptor, &status) == 0 else { return }
        let (needed, overflow) = (info.me_last_pgno + 1).multipliedReportingOverflow(by: Int(figures.ms_psize))
        guard !overflow, Int(status.st_size) >= needed else {
            throw KeyValueStoreError.corrupt(
                directory: directory, detail: "data.mdb has \(status.st_size) bytes where its index needs \(needed)")
        }
    }

    private static func openTables(
        _ tables: [KeyValueStore.Table], _ environment: OpaquePointer, _ directory: String, _ isReadOnly: Bool
    ) throws -> [String: MDB_dbi] {
        var transaction: OpaquePointer?
        try check(mdb_txn_begin(environment, nil, isReadOnly ? UInt32(MDB_RDONLY) : 0, &transaction), "begin", directory)
        var result: [String: MDB_dbi] = [:]
        do {
            for table in tables {
                var index: MDB_dbi = 0
                let code = mdb_dbi_open(transaction, table.name, isReadOnly ? 0 : UInt32(MDB_CREATE), &index)
                if code == MDB_NOTFOUND {
                    throw KeyValueStoreError.cannotOpen(directory: directory, reason: "it has no table \(table.name)")
                }
                try check(code, "open table \(table.name)", directory)
                result[table.name] = index
            }
        } catch {
            mdb_txn_abort(transaction)
            throw error
        }
        try check(mdb_txn_commit(transaction), "commit tables", directory)
        return result
    }

    /// Throws the error that `code` stands for, unless it is success.
    static func check(_ code: Int32, _ operation: String, _ directory: String) throws(KeyValueStoreError) {
        switch code {
        case MDB_SUCCESS: return
        case ENOSPC, EDQUOT: throw .noSpace(directory: directory)
        case MDB_CORRUPTED, MDB_INVALID, MDB_PAGE_NOTFOUND, MDB_PANIC, MDB_VERSION_MISMATCH:
            throw .corrupt(directory: directory, detail: String(cString: mdb_strerror(code)))
        default: throw .failed(operation: operation, code: code, reason: String(cString: mdb_strerror(code)))
        }
    }
}
