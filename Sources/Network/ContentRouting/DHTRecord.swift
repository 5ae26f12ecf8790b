/// A record of the DHT: a value under a key, until it expires.
public struct DHTRecord: Hashable, Sendable {
    /// Keys are ASCII, at most 1 KiB.
    public static let maximumKeyLength = 1024
    /// Values of any record, in bytes.
    public static let maximumValueLength = 4096

    public let key: String
    public let value: [UInt8]
    /// Seconds since the Unix epoch.
    public let expires: Double

    public init(key: String, value: [UInt8], expires: Double) {
        self.key = key
        self.value = value
        self.expires = expires
    }
}

/// Why a record or a blob was refused.
public enum RoutingError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidKey(String)
    case valueTooLong(Int)
    case expired
    case unknownNamespace(String)
    case invalidRecord(String)
    case blobTooLong(Int)
    case emptyBlob
    case superseded
    case storeFull(bytes: Int)
    case tooManyRecords(Int)

    public var description: String {
        switch self {
        case .invalidKey(let key): "'\(key.prefix(80))' is no record key; keys are 1 to 1024 printable ASCII characters"
        case .valueTooLong(let count): "the record's value has \(count) bytes; at most \(DHTRecord.maximumValueLength) are stored"
        case .expired: "the record has expired or would live too long"
        case .unknownNamespace(let name): "no record type '\(name.prefix(40))' is known; keys begin with 'ack:'"
        case .invalidRecord(let reason): "the record is not valid: \(reason)"
        case .blobTooLong(let count): "the update file has \(count) bytes; at most \(UpdateBlob.maximumLength) are stored"
        case .emptyBlob: "the update file is empty"
        case .superseded: "a newer record is held under the same key"
        case .tooManyRecords(let count): "the DHT store holds its most records, \(count), none of them expired"
        case .storeFull(let bytes): "the store of update files has reached its bound of \(bytes) bytes"
        }
    }
}

/// An update file as the network carries it: bytes under their SHA-256.
public enum UpdateBlob {
    /// 150 KB, the specification's bound of an update with its header.
    public static let maximumLength = 150_000
}
