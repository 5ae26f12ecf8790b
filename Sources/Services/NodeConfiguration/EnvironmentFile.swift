/// The contents of a `.env` file: `KEY=value` lines.
///
/// Tolerates what people's editors leave behind: CRLF line ends, a byte order mark, trailing spaces, single or
/// double quotes around a value, an `export ` prefix, blank lines, and comments (a `#` at the start of a line
/// or after white space outside quotes). A later line wins over an earlier one with the same key.
public struct EnvironmentFile: Sendable, Equatable {
    /// Why a `.env` file was refused.
    public enum ParseError: Error, Equatable, Sendable, CustomStringConvertible {
        case tooLarge(bytes: Int)
        case notUTF8
        case missingEquals(line: Int)
        case invalidKey(String, line: Int)
        case unterminatedQuote(key: String, line: Int)

        public var description: String {
            switch self {
            case .tooLarge(let bytes): ".env is \(bytes) bytes long; at most \(EnvironmentFile.maximumSize) are read"
            case .notUTF8: ".env is not UTF-8 text; save it as UTF-8"
            case .missingEquals(let line): ".env line \(line) has no '='; write KEY=value"
            case .invalidKey(let key, let line): ".env line \(line): '\(key)' is not a key; use letters, digits and '_'"
            case .unterminatedQuote(let key, let line): ".env line \(line): the quote around the value of \(key) is not closed"
            }
        }
    }

    /// Files beyond this size are refused unread, in bytes.
    public static let maximumSize = 64 * 1024

    public private(set) var values: [String: String] = [:]

    public init() {}

    public init(parsing bytes: [UInt8]) throws(ParseError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLarge(bytes: bytes.count) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        let body = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let lines = body.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        for (index, line) in lines.enumerated() {
            try parse(line: line, number: index + 1)
        }
    }

    public internal(set) subscript(key: String) -> String? {
        get { values[key] }
        set { values[key] = newValue }
    }

    private mutating func parse(line: Substring, number: Int) throws(ParseError) {
        var rest = line.trimmingSpaces()
        guard let first = rest.first, first != "#" else { return }
        if rest.hasPrefix("export ") { rest = rest.dropFirst(7).trimmingSpaces() }
        guard let equals = rest.firstIndex(of: "=") else { throw .missingEquals(line: number) }
        let key = rest[..<equals].trimmingSpaces()
        guard !key.isEmpty, key.utf8.allSatisfy(Self.isKeyCharacter), !(48...57).contains(key.utf8.first ?? 48) else {
            throw .invalidKey(String(key.prefix(40)), line: number)
        }
        values[String(key)] = try Self.value(of: rest[rest.index(after: equals)...].trimmingSpaces(), key: String(key), line: number)
    }

    private static func value(of text: Substring, key: String, line: Int) throws(ParseError) -> String {
        if let quote = text.first, quote == "\"" || quote == "'" {
            let inner = text.dropFirst()
            guard let end = inner.firstIndex(of: quote) else { throw .unterminatedQuote(key: key, line: line) }
            return String(inner[..<end])
        }
        var value = text
        if let comment = value.indices.first(where: { index in
            value[index] == "#" && (index == value.startIndex || value[value.index(before: index)].isWhitespace)
        }) {
            value = value[..<comment]
        }
        return String(value.trimmingSpaces())
    }

    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var result = self
        while let last = result.last, last.isWhitespace { result.removeLast() }
        return result.drop { $0.isWhitespace }
    }
}
