/// Why bytes are not the MessagePack that was expected. Offsets count from the start of the input.
public enum MessagePackError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A value claims more bytes, or more values, than there are.
    case truncated(offset: Int)
    /// The byte 0xc1, which no value begins with.
    case reserved(offset: Int)
    case notUTF8(offset: Int)
    case trailingBytes(offset: Int, count: Int)
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    case tooLarge(limit: Int, actual: Int)

    public var description: String {
        switch self {
        case .truncated(let offset): "MessagePack ends within the value at byte \(offset)"
        case .reserved(let offset): "MessagePack has the reserved byte c1 at byte \(offset)"
        case .notUTF8(let offset): "the MessagePack text at byte \(offset) is no UTF-8"
        case .trailingBytes(let offset, let count): "\(count) unexpected bytes after the MessagePack value that ends at byte \(offset)"
        case .tooDeep(let limit): "MessagePack is nested deeper than \(limit)"
        case .tooManyValues(let limit): "MessagePack has more than \(limit) values"
        case .tooLarge(let limit, let actual): "MessagePack has \(actual) bytes, more than the limit of \(limit)"
        }
    }
}
