import CLMDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An ordered, transactional key-value database in one directory: LMDB behind a Swift face.
///
/// Many readers see consistent snapshots while one writer works; a write transaction is atomic over all tables
/// and, by default, on disk when `write` returns, so that the process may be killed at any moment. One process
/// at a time may open a directory.
///
/// ```swift
/// let records: KeyValueStore.Table = "records"
/// let store = try KeyValueStore(directory: "dht_db", tables: [records])
/// try store.write { txn in try txn.put([1, 2, 3], for: "key", in: records) }
/// let value = try store.read { txn in try txn.value(for: "key", in: records) }
/// ```
///
/// Transactions are synchronous and short: do not wait for anything inside one.
///
/// `@unchecked Sendable`: `environment` changes only under the gate, LMDB synchronises the rest itself, and all
/// other properties are immutable.
public final class KeyValueStore: @unchecked Sendable {
    /// A named table, an ordered map from bytes to bytes.
    public struct Table: Hashable, Sendable, ExpressibleByStringLiteral {
        public let name: String

        public init(_ name: String) { self.name = name }
        public init(stringLiteral name: String) { self.name = name }
    }

    /// When a committed transaction reaches the disk.
    public enum Durability: Sendable {
        /// Before `write` returns.
        case synced
        /// When the operating system likes; a power cut may lose or damage data. For tests and scratch data.
        case unsynced
    }

    public struct Options: Sendable {
        /// Address space for the data at first, in bytes. The file itself grows only with its content.
        public var initialMapSize = 256 << 20
        /// What the map may grow to, in bytes.
        public var maximumMapSize = 1 << 40
        public var durability = Durability.synced

        public init() {}
    }

    public let directory: String
    public let options: Options
    private let gate = MapGate()
    private var environment: OpaquePointer?
    private var lock: DirectoryLock?
    private let tables: [String: MDB_dbi]

    /// Opens the database in `directory`, creating the directory and the tables that are absent.
    ///
    /// - Throws: `KeyValueStoreError`, `inUse` when another process has it open.
    public init(directory: String, tables: [Table], options: Options = Options()) throws {
        let lock = try DirectoryLock(directory: directory)
        let opened = try LMDBEnvironment.open(directory: directory, tables: tables, options: options)
        self.directory = directory
        self.options = options
        self.environment = opened.environment
        self.tables = opened.tables
        self.lock = consume lock
    }

    /// Opens a database for reading alone, also while another process has it open. Writes throw `readOnly`.
    ///
    /// - Throws: `KeyValueStoreError`, `cannotOpen` when the directory holds no database with these tables.
    public init(reading directory: String, tables: [Table]) throws {
        let opened = try LMDBEnvironment.open(directory: directory, tables: tables, options: Options(), isReadOnly: true)
        self.directory = directory
        options = Options()
        environment = opened.environment
        self.tables = opened.tables
        lock = nil
    }

    deinit { close() }

    /// Closes the database after the transactions that are under way. Later ones throw `closed`.
    public func close() {
        gate.alone {
            if let environment { mdb_env_close(environment) }
            environment = nil
            lock = nil
        }
    }

    /// Runs `body` on a snapshot of the database. `body` must not write to this store: the map could not grow
    /// under an open snapshot.
    public func read<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        try gate.shared {
            guard let environment else { throw KeyValueStoreError.closed(directory: directory) }
            var handle: OpaquePointer?
            try LMDBEnvironment.check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &handle), "begin read", directory)
            guard let handle else { throw KeyValueStoreError.closed(directory: directory) }
            defer { mdb_txn_abort(handle) }
            return try body(ReadTransaction(core: TransactionCore(handle: handle, tables: tables, directory: directory)))
        }
    }

    /// Runs `body` in a write transaction: everything it wrote takes effect when it returns, nothing when it
    /// throws. Writers take turns.
    ///
    /// `body` runs again from the start when the database had to grow meanwhile, so it must have no effect
    /// besides its writes and its result.
    public func write<R>(_ body: (inout WriteTransaction) throws -> R) throws -> R {
        try gate.asWriter {
            while true {
                if let result = try gate.shared({ try attempt(body) }) { return result }
                try gate.alone { try grow() }
            }
        }
    }

    /// One try of a write; `nil` when the map was too small.
    private func attempt<R>(_ body: (inout WriteTransaction) throws -> R) throws -> R? {
        guard let environment else { throw KeyValueStoreError.closed(directory: directory) }
        var handle: OpaquePointer?
        let begun = mdb_txn_begin(environment, nil, 0, &handle)
        if begun == EACCES { throw KeyValueStoreError.readOnly(directory: directory) }
        try LMDBEnvironment.check(begun, "begin write", directory)
        guard let handle else { throw KeyValueStoreError.closed(directory: directory) }
        var transaction = WriteTransaction(core: TransactionCore(handle: handle, tables: tables, directory: directory))
        let result: R
        do {
            result = try body(&transaction)
        } catch {
            mdb_txn_abort(handle)
            if transaction.mapIsFull { return nil }
            throw error
        }
        if transaction.mapIsFull {
            mdb_txn_abort(handle)
            return nil
        }
        let code = mdb_txn_commit(handle)
        if code == MDB_MAP_FULL { return nil }
        try LMDBEnvironment.check(code, "commit", directory)
        return result
    }

    /// Doubles the memory map.
    private func grow() throws {
        guard let environment else { throw KeyValueStoreError.closed(directory: directory) }
        var info = MDB_envinfo()
        try LMDBEnvironment.check(mdb_env_info(environment, &info), "info", directory)
        guard info.me_mapsize < options.maximumMapSize else {
            throw KeyValueStoreError.mapLimitReached(directory: directory, bytes: options.maximumMapSize)
        }
        let size = min(info.me_mapsize.multipliedReportingOverflow(by: 2).partialValue, options.maximumMapSize)
        try LMDBEnvironment.check(mdb_env_set_mapsize(environment, size), "grow", directory)
    }
}
