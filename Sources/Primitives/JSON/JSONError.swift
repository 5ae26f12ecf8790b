/// Why bytes are not an acceptable JSON text. Offsets count bytes from 0.
public enum JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text ends inside a value.
    case unexpectedEnd
    /// A byte that cannot stand here; `expected` says what can.
    case unexpectedByte(UInt8, at: Int, expected: String)
    /// A number with a leading zero, a missing digit or the like.
    case invalidNumber(at: Int)
    /// A bad escape, a lone surrogate, a control character or malformed UTF-8.
    case invalidString(at: Int)
    /// A string with more combining marks behind each other than the reader allows.
    case tooManyMarks(at: Int, limit: Int)
    /// More levels of arrays and objects than the reader allows.
    case tooDeep(limit: Int)
    /// An object has two members of one name, where that is not allowed.
    case repeatedName(String, at: Int)
    /// Something other than white space follows the value.
    case trailingBytes(at: Int)

    public var description: String {
        switch self {
        case .unexpectedEnd: "the JSON text ends too early"
        case .unexpectedByte(let byte, let offset, let expected): "expected \(expected) at byte \(offset), found \(Self.name(byte))"
        case .invalidNumber(let offset): "malformed number at byte \(offset)"
        case .invalidString(let offset): "malformed string at byte \(offset)"
        case .tooManyMarks(let offset, let limit): "more than \(limit) combining marks follow each other in the string at byte \(offset)"
        case .tooDeep(let limit): "arrays and objects are nested more than \(limit) deep"
        case .repeatedName(let name, let offset): "the name \"\(name)\" at byte \(offset) occurs twice in its object"
        case .trailingBytes(let offset): "unexpected text after the value at byte \(offset)"
        }
    }

    private static func name(_ byte: UInt8) -> String {
        (0x21...0x7e).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}
