/// One MessagePack value (the MessagePack specification). Texts are UTF-8, byte strings are not: what msgpack-python calls
/// `use_bin_type=True`.
///
/// `Hashable` compares texts as Swift does, by meaning; where two keys must be the same bytes, compare `bytes`.
public enum MessagePackValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer of 2^63 and above; smaller ones are `integer`.
    case unsigned(UInt64)
    case float(Double)
    case text(String)
    case binary([UInt8])
    case array([MessagePackValue])
    /// In the order in which they stand. A key may stand twice.
    case map([Entry])
    /// An application's own type, what is inside it unread.
    case extended(type: Int8, data: [UInt8])

    /// A key of a map with its value.
    public struct Entry: Hashable, Sendable {
        public var key: MessagePackValue
        public var value: MessagePackValue

        public init(_ key: MessagePackValue, _ value: MessagePackValue) { (self.key, self.value) = (key, value) }
    }

    /// The integer that `value` is.
    public init(_ value: UInt64) { self = Int64(exactly: value).map { .integer($0) } ?? .unsigned(value) }
}

extension MessagePackValue {
    public var isNull: Bool { self == .null }

    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// An integer that fits `Int`.
    public var int: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }

    /// A number, whole or not.
    public var double: Double? {
        switch self {
        case .float(let value): value
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        default: nil
        }
    }

    public var text: String? { if case .text(let value) = self { value } else { nil } }

    public var binary: [UInt8]? { if case .binary(let value) = self { value } else { nil } }

    public var array: [MessagePackValue]? { if case .array(let value) = self { value } else { nil } }

    public var map: [Entry]? { if case .map(let value) = self { value } else { nil } }

    /// The value under a text of a map, compared byte by byte; the last where it stands more than once.
    public subscript(key: String) -> MessagePackValue? {
        map?.last { entry in entry.key.text.map { $0.utf8.elementsEqual(key.utf8) } ?? false }?.value
    }
}
