import Logging
public import ContentRouting
import KeyValueStore
import Primitives

/// A stored record is its expiry, the bits of a Float64 big-endian, and its value.
extension DHTDaemon: ValueStore {
    /// The most records that one lookup returns.
    static let lookupLimit = 2048

    public func put(_ record: DHTRecord) async throws {
        try Self.checkForm(record)
        guard record.key.hasPrefix("ack:") else {
            throw RoutingError.unknownNamespace(String(record.key.prefix { $0 != ":" }))
        }
        try await validator.validate(record, now: now())
        let stored = record.expires.bitPattern.bigEndianBytes + record.value
        let (limit, time) = (limits.records, now())
        try store.write { txn in
            if let bytes = try txn.value(for: record.key, in: Self.recordTable),
                let held = Self.record(key: Array(record.key.utf8), stored: bytes), held.expires > time
            {
                guard validator.prefers(record, over: held) else { throw RoutingError.superseded }
            } else if try txn.count(in: Self.recordTable) >= limit {
                try Self.removeExpired(&txn, at: time)
                guard try txn.count(in: Self.recordTable) < limit else { throw RoutingError.tooManyRecords(limit) }
            }
            try txn.put(stored, for: record.key, in: Self.recordTable)
        }
        logger.debug("stored record", metadata: ["key": "\(record.key)"])
    }

    public func records(prefix: String) throws -> [DHTRecord] {
        let time = now()
        let found = try store.read { txn in
            try txn.entries(in: Self.recordTable, prefix: Array(prefix.utf8), limit: Self.lookupLimit)
        }
        return found.compactMap { Self.record(key: $0.key, stored: $0.value) }.filter { $0.expires > time }
    }

    /// Key and value within the limits, the key printable ASCII.
    private static func checkForm(_ record: DHTRecord) throws(RoutingError) {
        let key = record.key.utf8
        guard !key.isEmpty, key.count <= DHTRecord.maximumKeyLength, key.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .invalidKey(record.key)
        }
        guard record.value.count <= DHTRecord.maximumValueLength else { throw .valueTooLong(record.value.count) }
    }

    private static func record(key: [UInt8], stored: [UInt8]) -> DHTRecord? {
        guard stored.count > 8, let expires = expiry(stored: stored) else { return nil }
        return DHTRecord(
            key: String(decoding: key, as: UTF8.self), value: Array(stored.dropFirst(8)),
            expires: expires)
    }

    /// Forgets records whose time has come.
    func removeExpired() throws {
        let time = now()
        try store.write { txn in try Self.removeExpired(&txn, at: time) }
    }

    private static func removeExpired(_ txn: inout WriteTransaction, at time: Double) throws {
        var expired: [[UInt8]] = []
        try txn.scan(recordTable, prefix: [], from: nil, order: .ascending) { key, value in
            let isLive = expiry(stored: value).map { $0 > time } ?? false
            if !isLive { expired.append(Array(key)) }
            return .next
        }
        for key in expired { try txn.remove(key, in: recordTable) }
    }

    /// The expiry at the front of a stored record.
    private static func expiry(stored: some Collection<UInt8>) -> Double? {
        UInt64(storeBytes: Array(stored.prefix(8))).map { Double(bitPattern: $0) }
    }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
