/// Why a record or a blob was refused.
public enum RoutingError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidKey(RecordKey)
    case valueTooLong(Int)
    case expired
    case unknownNamespace(RecordKey)
    case invalidRecord(String)
    case blobTooLong(Int, limit: Int)
    case messageTooLong(bytes: Int, limit: Int)
    case emptyBlob
    case superseded
    case storeFull(bytes: Int)
    case tooManyRecords(Int)

    public var description: String {
        switch self {
        case .invalidKey(let key): "'\(key)' is no record key; keys have 1 to \(RecordKey.maximumLength) bytes"
        case .valueTooLong(let count): "the record's value has \(count) bytes; at most \(DHTRecord.maximumValueLength) are stored"
        case .expired: "the record has expired or would live too long"
        case .unknownNamespace(let key): "no record type of this node begins like '\(key)'"
        case .invalidRecord(let reason): "the record is not valid: \(reason)"
        case .blobTooLong(let count, let limit): "the update file has \(count) bytes; at most \(limit) are stored"
        case .messageTooLong(let bytes, let limit): "the message has \(bytes) bytes; at most \(limit) are sent"
        case .emptyBlob: "the update file is empty"
        case .superseded: "a newer record is held under the same key"
        case .tooManyRecords(let count): "the DHT store holds its most records, \(count), none of them expired"
        case .storeFull(let bytes): "the store of update files has reached its bound of \(bytes) bytes"
        }
    }
}
