public import JSON
public import Primitives

extension SSZInteger {
    public func json(_ shape: Unshaped) -> JSONValue { .string(String(self)) }

    public init(json: JSONValue, _ shape: Unshaped) throws(SSZError) {
        guard let text = json.string, let value = Self(decimalDigits: text) else {
            throw .unexpectedJSON("a decimal string of at most \(Self.bitWidth) bits", json)
        }
        self = value
    }

    /// Reads decimal digits and nothing else, no sign included.
    private init?(decimalDigits text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        self.init(text)
    }
}

extension UInt256 {
    public func json(_ shape: Unshaped) -> JSONValue { .string(description) }

    public init(json: JSONValue, _ shape: Unshaped) throws(SSZError) {
        guard let text = json.string, let value = UInt256(decimal: text) else {
            throw .unexpectedJSON("a decimal string of at most 256 bits", json)
        }
        self = value
    }
}

extension Bool {
    public func json(_ shape: Unshaped) -> JSONValue { .bool(self) }

    public init(json: JSONValue, _ shape: Unshaped) throws(SSZError) {
        guard let value = json.bool else { throw .unexpectedJSON("true or false", json) }
        self = value
    }
}

extension Hash32 {
    public func json(_ shape: Unshaped) -> JSONValue { .string(hex) }

    public init(json: JSONValue, _ shape: Unshaped) throws(SSZError) {
        guard let value = Hash32(try [UInt8](hexJSON: json, count: 32)) else { throw .unexpectedJSON("32 bytes as 0x hexadecimal", json) }
        self = value
    }
}

extension Address {
    public func json(_ shape: Unshaped) -> JSONValue { .string(hex) }

    public init(json: JSONValue, _ shape: Unshaped) throws(SSZError) {
        guard let value = Address(try [UInt8](hexJSON: json, count: 20)) else { throw .unexpectedJSON("20 bytes as 0x hexadecimal", json) }
        self = value
    }
}

extension FixedBytes {
    public func json(_ shape: Unshaped) -> JSONValue { .string(hex) }

    public init(json: JSONValue, _ shape: Unshaped) throws(SSZError) {
        guard let value = Self(try [UInt8](hexJSON: json, count: count)) else {
            throw .unexpectedJSON("\(count) bytes as 0x hexadecimal", json)
        }
        self = value
    }
}

extension [UInt8] {
    /// Reads `0x`-prefixed hexadecimal; `count`, when given, is the number of bytes wanted.
    init(hexJSON json: JSONValue, count: Int? = nil) throws(SSZError) {
        let what = count.map { "\($0) bytes as 0x hexadecimal" } ?? "0x hexadecimal"
        guard let text = json.string, text.hasPrefix("0x"), let bytes = try? [UInt8](hex: text), count == nil || bytes.count == count else {
            throw .unexpectedJSON(what, json)
        }
        self = bytes
    }
}

extension SSZError {
    /// A JSON value of the wrong form, shown shortened.
    static func unexpectedJSON(_ expected: String, _ found: JSONValue) -> SSZError {
        let shown: String =
            switch found {
            case .string(let text): text.utf8.count <= 40 ? "\"\(text)\"" : "\"\(text.prefix(40))…\""
            case .number(let literal): "the number \(literal.prefix(40))"
            default: found.kind
            }
        return SSZError(.unexpectedJSON(expected: expected, found: shown))
    }
}
