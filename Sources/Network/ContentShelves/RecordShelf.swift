public import ContentRouting
public import KeyValueStore
import Primitives

/// The records that a node holds, in its database.
///
/// A record stands under the SHA-256 of its key; stored are its expiry, the bits of a Float64 big-endian, and its value.
public struct RecordShelf: Sendable {
    public static let tables: [KeyValueStore.Table] = [table, keyTable]
    static let table: KeyValueStore.Table = "records"
    /// The keys themselves, for those records that are told to others again.
    static let keyTable: KeyValueStore.Table = "record_keys"

    private let store: KeyValueStore
    private let namespaces: [RecordNamespace]
    private let limit: Int

    /// - Parameters:
    ///   - store: opened with `RecordShelf.tables`.
    ///   - namespaces: the records that are taken, and who judges them.
    ///   - limit: records of all kinds.
    public init(store: KeyValueStore, namespaces: [RecordNamespace], limit: Int) {
        self.store = store
        self.namespaces = namespaces
        self.limit = limit
    }

    /// Validates and stores a record, unless a better one is held under its key.
    public func put(_ record: DHTRecord, now: Double) async throws {
        try record.checkForm()
        let validator = try namespaces.validator(of: record.key)
        try await validator.validate(record, now: now)
        let place = Self.place(of: record.key)
        let stored = record.expires.bitPattern.bigEndianBytes + record.value
        try store.write { txn in
            if let held = try txn.value(for: place, in: Self.table).flatMap({ Self.record(record.key, stored: $0) }),
                held.expires > now
            {
                guard validator.select([record, held]) == 0 else { throw RoutingError.superseded }
            } else if try txn.count(in: Self.table) >= limit {
                try Self.removeExpired(&txn, at: now)
                guard try txn.count(in: Self.table) < limit else { throw RoutingError.tooManyRecords(limit) }
            }
            try txn.put(stored, for: place, in: Self.table)
            if record.key.subkey == nil { try txn.put(record.key.bytes, for: place, in: Self.keyTable) }
        }
    }

    /// Refuses a record that would not be taken.
    public func validate(_ record: DHTRecord, now: Double) async throws {
        try record.checkForm()
        try await namespaces.validator(of: record.key).validate(record, now: now)
    }

    /// The place of the best of records that are all valid and of one key.
    public func select(_ records: [DHTRecord]) throws -> Int? {
        guard let first = records.first else { return nil }
        return try namespaces.validator(of: first.key).select(records)
    }

    /// The keys of live records without a subkey, `limit` of them at most.
    public func liveKeys(now: Double, limit: Int) throws -> [RecordKey] {
        var (keys, places): ([RecordKey], [[UInt8]]) = ([], [])
        try store.read { txn in
            try txn.scan(Self.table, prefix: [], from: nil, order: .ascending) { place, value in
                if let expires = Self.expiry(stored: value), expires > now { places.append(Array(place)) }
                return places.count < limit ? .next : .stop
            }
            for place in places {
                if let key: [UInt8] = try txn.value(for: place, in: Self.keyTable) { keys.append(RecordKey(key)) }
            }
        }
        return keys
    }

    /// The live records under these keys.
    public func get(_ keys: [RecordKey], now: Double) throws -> [RecordKey: DHTRecord] {
        var found: [RecordKey: DHTRecord] = [:]
        try store.read { txn in
            for key in keys {
                guard let stored = try txn.value(for: Self.place(of: key), in: Self.table),
                    let record = Self.record(key, stored: stored), record.expires > now
                else { continue }
                found[key] = record
            }
        }
        return found
    }

    /// How many records are held, expired ones included.
    public func count() throws -> Int { try store.read { txn in try txn.count(in: Self.table) } }

    /// Forgets records whose time has come.
    public func removeExpired(now: Double) throws { try store.write { txn in try Self.removeExpired(&txn, at: now) } }

    private static func removeExpired(_ txn: inout WriteTransaction, at time: Double) throws {
        var expired: [[UInt8]] = []
        try txn.scan(table, prefix: [], from: nil, order: .ascending) { key, value in
            let isLive = expiry(stored: value).map { $0 > time } ?? false
            if !isLive { expired.append(Array(key)) }
            return .next
        }
        for key in expired {
            try txn.remove(key, in: table)
            try txn.remove(key, in: keyTable)
        }
    }

    /// Both parts of the key, the first behind its length, so that no two keys share a place.
    private static func place(of key: RecordKey) -> Hash32 {
        SHA256.hash(UInt64(key.bytes.count).bigEndianBytes + key.bytes + (key.subkey.map { [1] + $0 } ?? []))
    }

    private static func record(_ key: RecordKey, stored: [UInt8]) -> DHTRecord? {
        guard stored.count > 8, let expires = expiry(stored: stored) else { return nil }
        return DHTRecord(key: key, value: Array(stored.dropFirst(8)), expires: expires)
    }

    /// The expiry at the front of a stored record.
    private static func expiry(stored: some Collection<UInt8>) -> Double? {
        UInt64(storeBytes: Array(stored.prefix(8))).map { Double(bitPattern: $0) }
    }
}
