/// One JSON value (RFC 8259), kept as it was written: numbers keep their digits, objects the order of their members.
///
/// Foundation's coders turn numbers into doubles or fixed integers; a JSON-RPC `id` must come back exactly as it
/// came, and consensus integers do not fit a double.
public enum JSONValue: Sendable, Hashable {
    /// A member of an object.
    public struct Member: Sendable, Hashable {
        public var name: String
        public var value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }

        /// Whether the name is this one, byte for byte: names that only look alike are different members (RFC 8259, 8.3).
        public func isNamed(_ name: String) -> Bool { self.name.utf8.elementsEqual(name.utf8) }
    }

    case null
    case bool(Bool)
    /// The literal, grammatically a JSON number.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])
}

extension JSONValue {
    /// An integer.
    public init(_ value: some BinaryInteger) { self = .number(String(value)) }

    /// A finite number, in the shortest digits that give it back; null for infinities and NaN, which JSON does not know.
    public init(_ value: Double) { self = value.isFinite ? .number("\(value)") : .null }

    /// The value of the member called `name`, compared byte by byte; the last one when there are several. `nil` for
    /// anything but an object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.isNamed(name) }?.value
    }

    public var isNull: Bool { self == .null }

    /// The text of a string.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The truth value of a bool.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements of an array.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object.
    public var object: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// A number without fraction and exponent that fits `UInt64`.
    public var uint64: UInt64? {
        guard case .number(let literal) = self else { return nil }
        return UInt64(literal)
    }

    /// A number without fraction and exponent that fits `Int`.
    public var int: Int? {
        guard case .number(let literal) = self else { return nil }
        return Int(literal)
    }

    /// A whole number that fits `Int`, in whatever form: some writers put a fraction behind their counts (`8192.0`).
    public var wholeNumber: Int? { int ?? double.flatMap { Int(exactly: $0) } }

    /// The number as the nearest double; infinite when it is larger than any.
    public var double: Double? {
        guard case .number(let literal) = self else { return nil }
        return Double(literal)
    }

    /// What kind of value this is, in the words of an error message.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Keeps the order in which the members are written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
