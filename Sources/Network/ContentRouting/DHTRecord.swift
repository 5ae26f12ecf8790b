/// A record of the DHT: a value under a key, until it expires.
public struct DHTRecord: Hashable, Sendable {
    /// Values of any record, in bytes.
    public static let maximumValueLength = 4096

    public let key: RecordKey
    public let value: [UInt8]
    /// Seconds since the Unix epoch.
    public let expires: Double

    public init(key: RecordKey, value: [UInt8], expires: Double) {
        self.key = key
        self.value = value
        self.expires = expires
    }

    /// Refuses a record whose key or value has no place in any store.
    public func checkForm() throws(RoutingError) {
        let length = key.bytes.count + (key.subkey?.count ?? 0)
        guard !key.bytes.isEmpty, length <= RecordKey.maximumLength else { throw .invalidKey(key) }
        guard value.count <= Self.maximumValueLength else { throw .valueTooLong(value.count) }
    }
}
