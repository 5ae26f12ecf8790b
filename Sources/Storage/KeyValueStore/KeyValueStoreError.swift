/// Why the store could not do what was asked. Each says which database and what to do about it.
public enum KeyValueStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process, or another store of this process, has the directory open.
    case inUse(directory: String, processID: Int32?)
    /// The file system has no room left.
    case noSpace(directory: String)
    /// The files are damaged, or are no database.
    case corrupt(directory: String, detail: String)
    /// The directory or its files cannot be created or opened.
    case cannotOpen(directory: String, reason: String)
    /// The data outgrew `Options.maximumMapSize`.
    case mapLimitReached(directory: String, bytes: Int)
    /// Keys have 1 to 511 bytes.
    case badKey(count: Int)
    /// The table was not named when the store was opened.
    case unknownTable(String)
    /// The store was closed.
    case closed(directory: String)
    /// The database was opened for reading alone.
    case readOnly(directory: String)
    /// A write began inside a write of the same thread.
    case nestedWrite
    /// Anything else that the database library reports.
    case failed(operation: String, code: Int32, reason: String)

    public var description: String {
        switch self {
        case .inUse(let directory, let processID):
            "database \(directory) is in use by another polai process\(processID.map { " (pid \($0))" } ?? ""); "
                + "stop it or choose another data directory"
        case .noSpace(let directory):
            "no space left for database \(directory): free some disk space and start again; nothing committed is lost"
        case .corrupt(let directory, let detail):
            "database \(directory) is damaged (\(detail)): \(Self.advice(directory))"
        case .cannotOpen(let directory, let reason):
            "database \(directory) cannot be opened (\(reason)): check that the path is right and writable"
        case .mapLimitReached(let directory, let bytes):
            "database \(directory) has reached its configured limit of \(bytes) bytes: raise the limit"
        case .badKey(let count):
            "a key of \(count) bytes was refused: keys have 1 to 511 bytes"
        case .unknownTable(let name):
            "table '\(name)' was not declared when the database was opened"
        case .closed(let directory):
            "database \(directory) is closed"
        case .readOnly(let directory):
            "database \(directory) was opened for reading; it cannot be written"
        case .nestedWrite:
            "a write transaction cannot begin inside another one of the same thread"
        case .failed(let operation, let code, let reason):
            "database operation '\(operation)' failed: \(reason) (\(code))"
        }
    }

    /// What to do about a damaged database, by what losing it costs.
    private static func advice(_ directory: String) -> String {
        let folder = directory.split(separator: "/").last.map(String.init) ?? directory
        switch folder {
        case "slashing_protection":
            return "restore it from a backup, or import the newest export into a new one with 'polai slashing-protection import'; "
                + "never sign with these keys without the record of what they signed"
        case "learning": return "restore it from a backup; adapters and losses of a single node are in it alone"
        case "slasher": return "move it away, and it fills again from the chain"
        case "dht_db": return "restore it from a backup, or move it away; update files of a single node are in it alone"
        default: return "restore it from a backup, or move it away and sync again from another node"
        }
    }
}
