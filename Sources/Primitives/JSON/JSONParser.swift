/// Reads one JSON text by RFC 8259, strictly: no comments, no trailing commas, no NaN, no malformed UTF-8.
///
/// The text is read in place: a tokenizer's file has tens of megabytes.
struct JSONParser {
    private let bytes: UnsafeRawBufferPointer
    private let depthLimit: Int
    private let uniqueNames: Bool
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int, uniqueNames: Bool) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.uniqueNames = uniqueNames
    }

    mutating func parse() throws(JSONError) -> JSONValue {
        skipWhitespace()
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard offset == bytes.count else { throw .trailingBytes(at: offset) }
        return value
    }

    private mutating func skipWhitespace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0a, 0x0d, 0x09: offset += 1
            default: return
            }
        }
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw .unexpectedEnd }
        return bytes[offset]
    }

    private mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
        let found = try peek()
        guard found == byte else { throw .unexpectedByte(found, at: offset, expected: name) }
        offset += 1
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        let byte = try peek()
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < depthLimit else { throw .tooDeep(limit: depthLimit) }
            offset += 1
            return byte == UInt8(ascii: "{") ? try parseMembers(depth: depth) : try parseElements(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: throw .unexpectedByte(byte, at: offset, expected: "a value")
        }
    }

    private mutating func parseWord(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in word.utf8 { try expect(byte, "'\(word)'") }
        return value
    }

    private mutating func parseElements(depth: Int) throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        skipWhitespace()
        if try peek() == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            skipWhitespace()
            elements.append(try parseValue(depth: depth + 1))
            skipWhitespace()
            if try takeSeparator(orEnd: UInt8(ascii: "]"), "',' or ']'") { return .array(elements) }
        }
    }

    private mutating func parseMembers(depth: Int) throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var seen: Set<MemberName> = []
        skipWhitespace()
        if try peek() == UInt8(ascii: "}") {
            offset += 1
            return .object(members)
        }
        while true {
            skipWhitespace()
            let first = try peek()
            guard first == UInt8(ascii: "\"") else { throw .unexpectedByte(first, at: offset, expected: "a member name") }
            let start = offset
            let name = try parseString()
            guard !uniqueNames || seen.insert(MemberName(name)).inserted else { throw .repeatedName(name, at: start) }
            skipWhitespace()
            try expect(UInt8(ascii: ":"), "':'")
            skipWhitespace()
            members.append(.init(name, try parseValue(depth: depth + 1)))
            skipWhitespace()
            if try takeSeparator(orEnd: UInt8(ascii: "}"), "',' or '}'") { return .object(members) }
        }
    }

    /// Consumes a comma (`false`) or the closing bracket (`true`).
    private mutating func takeSeparator(orEnd end: UInt8, _ expected: String) throws(JSONError) -> Bool {
        let byte = try peek()
        guard byte == end || byte == UInt8(ascii: ",") else { throw .unexpectedByte(byte, at: offset, expected: expected) }
        offset += 1
        return byte == end
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(JSONError) -> String {
        let start = offset
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        let integerStart = offset
        let integerDigits = skipDigits()
        guard integerDigits > 0, integerDigits == 1 || bytes[integerStart] != UInt8(ascii: "0") else { throw .invalidNumber(at: start) }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            guard skipDigits() > 0 else { throw .invalidNumber(at: start) }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { throw .invalidNumber(at: start) }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }

    // MARK: Strings

    private mutating func parseString() throws(JSONError) -> String {
        let start = offset
        offset += 1
        // Most strings have no escape and are taken as they lie there.
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let string = try string(bytes[(start + 1)..<offset], start: start)
                offset += 1
                return string
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            guard byte >= 0x20 else { throw .invalidString(at: start) }
            offset += 1
        }
        throw .unexpectedEnd
    }

    /// The rest of the string that began at `start`; `offset` stands on its first backslash.
    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var text = [UInt8](bytes[(start + 1)..<offset])
        while true {
            let byte = try peek()
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                return try string(text, start: start)
            case UInt8(ascii: "\\"): try parseEscape(into: &text, start: start)
            case 0..<0x20: throw .invalidString(at: start)
            default: text.append(byte)
            }
        }
    }

    private func string(_ content: some Collection<UInt8>, start: Int) throws(JSONError) -> String {
        guard let string = String(validating: content, as: UTF8.self) else { throw .invalidString(at: start) }
        guard !string.hasLongMarkRun else { throw .tooManyMarks(at: start, limit: String.markRunLimit) }
        return string
    }

    private mutating func parseEscape(into text: inout [UInt8], start: Int) throws(JSONError) {
        let byte = try peek()
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var value = UInt32(try parseHexUnit(start: start))
            if (0xd800..<0xdc00).contains(value) {
                guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else {
                    throw .invalidString(at: start)
                }
                offset += 2
                let low = UInt32(try parseHexUnit(start: start))
                guard (0xdc00..<0xe000).contains(low) else { throw .invalidString(at: start) }
                value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw .invalidString(at: start) }
            text.append(contentsOf: String(scalar).utf8)
        default: throw .invalidString(at: start)
        }
    }

    private mutating func parseHexUnit(start: Int) throws(JSONError) -> UInt16 {
        guard offset + 4 <= bytes.count else { throw .unexpectedEnd }
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else { throw .invalidString(at: start) }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }
}

/// A member's name that hashes and compares by its UTF-8 bytes: two tokens of a vocabulary may be canonically
/// equivalent Unicode and still be two.
private struct MemberName: Hashable {
    private var text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension JSONValue {
    /// Reads one JSON text in UTF-8, in place.
    ///
    /// - Parameters:
    ///   - depthLimit: how many arrays and objects may stand inside each other; bounds the stack.
    ///   - uniqueNames: refuses an object with two members of one name, about which two readers could disagree.
    public init(parsing bytes: UnsafeRawBufferPointer, depthLimit: Int = 64, uniqueNames: Bool = false) throws(JSONError) {
        var parser = JSONParser(bytes, depthLimit: depthLimit, uniqueNames: uniqueNames)
        self = try parser.parse()
    }

    /// Reads one JSON text in UTF-8.
    public init(parsing bytes: some Sequence<UInt8>, depthLimit: Int = 64, uniqueNames: Bool = false) throws(JSONError) {
        let result = Array(bytes).withUnsafeBytes { buffer in
            Result { () throws(JSONError) in try JSONValue(parsing: buffer, depthLimit: depthLimit, uniqueNames: uniqueNames) }
        }
        self = try result.get()
    }

    /// Reads one JSON text.
    public init(parsing text: String, depthLimit: Int = 64, uniqueNames: Bool = false) throws(JSONError) {
        try self.init(parsing: text.utf8, depthLimit: depthLimit, uniqueNames: uniqueNames)
    }
}
