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
        let limit = limits.records
        try store.write { txn in
            guard try txn.count(in: Self.recordTable) < limit else { throw RoutingError.storeFull(bytes: limit) }
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
        guard stored.count > 8, let bits = UInt64(storeBytes: stored.prefix(8)) else { return nil }
        return DHTRecord(
            key: String(decoding: key, as: UTF8.self), value: Array(stored.dropFirst(8)),
            expires: Double(bitPattern: bits))
    }

    /// Forgets records whose time has come.
    func removeExpired() throws {
        let time = now()
        try store.write { txn in
            for (key, value) in try txn.entries(in: Self.recordTable, prefix: [], limit: .max) {
                if let record = Self.record(key: key, stored: value), record.expires <= time {
                    try txn.remove(key, in: Self.recordTable)
                }
            }
        }
    }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
