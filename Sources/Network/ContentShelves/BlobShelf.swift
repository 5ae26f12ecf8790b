import ContentRouting
public import KeyValueStore
public import Primitives

/// The files that a node holds, in its database: under their SHA-256, and beside each when it came.
public struct BlobShelf: Sendable {
    public static let tables: [KeyValueStore.Table] = [blobTable, timeTable]
    /// Those of them in which files are read.
    public static let contentTables: [KeyValueStore.Table] = [blobTable]
    static let blobTable: KeyValueStore.Table = "blobs"
    static let timeTable: KeyValueStore.Table = "blob_times"

    private let store: KeyValueStore
    public let limit: Int
    private let capacity: Int

    /// - Parameters:
    ///   - store: opened with `BlobShelf.tables`; with `contentTables` for reading alone.
    ///   - limit: bytes of one file.
    ///   - capacity: bytes of all files together.
    public init(store: KeyValueStore, limit: Int, capacity: Int = .max) {
        self.store = store
        self.limit = limit
        self.capacity = capacity
    }

    /// Stores a file and returns its id; one that is held keeps its age.
    public func put(_ blob: [UInt8], now: Double) throws -> Hash32 {
        guard !blob.isEmpty else { throw RoutingError.emptyBlob }
        guard blob.count <= limit else { throw RoutingError.blobTooLong(blob.count, limit: limit) }
        let id = SHA256.hash(blob)
        try store.write { txn in
            if try txn.contains(id, in: Self.blobTable) { return }
            let held = try txn.count(in: Self.blobTable) * limit
            guard held + blob.count <= capacity else { throw RoutingError.storeFull(bytes: capacity) }
            try txn.put(blob, for: id, in: Self.blobTable)
            try txn.put(now.bitPattern.bigEndianBytes, for: id, in: Self.timeTable)
        }
        return id
    }

    /// The file with this id, its bytes checked; `nil` where it is not held or damaged.
    public func get(_ id: Hash32) throws -> [UInt8]? {
        guard let blob = try store.read({ txn in try txn.value(for: id, in: Self.blobTable) }) else { return nil }
        return SHA256.hash(blob) == id ? blob : nil
    }

    public func count() throws -> Int { try store.read { txn in try txn.count(in: Self.blobTable) } }

    /// How much of the room is taken, from 0 to 1.
    public func fill() throws -> Double {
        try Double(count()) * Double(limit) / Double(max(1, capacity))
    }

    /// Ids of the files that came `seconds` ago or earlier. A file without a time is taken to have come now.
    public func ids(olderThan seconds: Double, now: Double) throws -> [Hash32] {
        var (old, untimed): ([Hash32], [Hash32]) = ([], [])
        try store.read { txn in
            var ids: [Hash32] = []
            try txn.scan(Self.blobTable, prefix: [], from: nil, order: .ascending) { key, _ in
                if let id = Hash32(key) { ids.append(id) }
                return .next
            }
            for id in ids {
                if let came = try txn.value(for: id, in: Self.timeTable).flatMap({ UInt64(storeBytes: $0) }) {
                    // A clock that was set back must not keep a file for ever.
                    if (now - Double(bitPattern: came)).magnitude >= seconds { old.append(id) }
                } else {
                    untimed.append(id)
                }
            }
        }
        if !untimed.isEmpty {
            try store.write { txn in
                for id in untimed { try txn.put(now.bitPattern.bigEndianBytes, for: id, in: Self.timeTable) }
            }
        }
        return old
    }

    /// Deletes files; ids that are not held are passed over.
    public func remove(_ ids: [Hash32]) throws {
        guard !ids.isEmpty else { return }
        try store.write { txn in
            for id in ids {
                try txn.remove(id, in: Self.blobTable)
                try txn.remove(id, in: Self.timeTable)
            }
        }
    }
}
