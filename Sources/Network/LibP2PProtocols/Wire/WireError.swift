/// Why bytes from a peer are no message.
public enum WireError: Error, Equatable, Sendable, CustomStringConvertible {
    case varintTooLong
    case varintNotMinimal
    case tooLong(length: UInt64, limit: Int)
    case truncated
    case malformed(String)

    public var description: String {
        switch self {
        case .varintTooLong: "a varint is longer than nine bytes"
        case .varintNotMinimal: "a varint is not in its shortest form"
        case .tooLong(let length, let limit): "a length of \(length) bytes is over the limit of \(limit)"
        case .truncated: "the message ends in the middle"
        case .malformed(let what): "malformed: \(what)"
        }
    }
}
