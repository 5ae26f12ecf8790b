/// Why bytes are no JSON: the reason and the offset.
package struct StrictJSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: String
    package let offset: Int
    package var description: String { "\(reason) at byte \(offset)" }
}

extension StrictJSON {
    /// Parses one JSON text, with white space allowed around it and nothing else.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(StrictJSONError) {
        var parser = Parser(bytes: bytes)
        self = try parser.document()
    }

    package init(parsing bytes: [UInt8]) throws(StrictJSONError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(StrictJSONError) in try StrictJSON(parsing: buffer) }
        }
        self = try result.get()
    }

    private struct Parser {
        let bytes: UnsafeRawBufferPointer
        var offset = 0
        /// Nesting is bounded so that hostile brackets cannot exhaust the stack.
        static let maximumDepth = 64

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        mutating func document() throws(StrictJSONError) -> StrictJSON {
            let value = try value(depth: 0)
            skipSpace()
            guard offset == bytes.count else { throw error("unexpected text after the value") }
            return value
        }

        func error(_ reason: String) -> StrictJSONError { StrictJSONError(reason: reason, offset: offset) }

        var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            offset += 1
            return true
        }

        mutating func expect(_ literal: StaticString) throws(StrictJSONError) {
            for index in 0..<literal.utf8CodeUnitCount where !take(literal.utf8Start[index]) {
                throw error("expected \(literal)")
            }
        }

        mutating func value(depth: Int) throws(StrictJSONError) -> StrictJSON {
            guard depth < Self.maximumDepth else { throw error("more than \(Self.maximumDepth) nested values") }
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"):
                try expect("true")
                return .bool(true)
            case UInt8(ascii: "f"):
                try expect("false")
                return .bool(false)
            case UInt8(ascii: "n"):
                try expect("null")
                return .null
            case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
            case .some: throw error("unexpected character")
            case nil: throw error("the text ends early")
            }
        }

        mutating func array(depth: Int) throws(StrictJSONError) -> StrictJSON {
            offset += 1
            var elements: [StrictJSON] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            while true {
                elements.append(try value(depth: depth + 1))
                skipSpace()
                if take(UInt8(ascii: "]")) { return .array(elements) }
                guard take(UInt8(ascii: ",")) else { throw error("expected , or ]") }
            }
        }

        mutating func object(depth: Int) throws(StrictJSONError) -> StrictJSON {
            offset += 1
            var members: [(key: String, value: StrictJSON)] = []
            var seen: Set<ByteString> = []
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw error("expected a key") }
                let key = try string()
                guard seen.insert(ByteString(key)).inserted else { throw error("the key \"\(key)\" occurs twice") }
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw error("expected :") }
                members.append((key, try value(depth: depth + 1)))
                skipSpace()
                if take(UInt8(ascii: "}")) { return .object(members) }
                guard take(UInt8(ascii: ",")) else { throw error("expected , or }") }
            }
        }

        mutating func number() throws(StrictJSONError) -> StrictJSON {
            let start = offset
            var isInteger = true
            _ = take(UInt8(ascii: "-"))
            if !take(UInt8(ascii: "0")) { try digits() }
            if take(UInt8(ascii: ".")) {
                isInteger = false
                try digits()
            }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                isInteger = false
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                try digits()
            }
            let text = String(decoding: bytes[start..<offset], as: UTF8.self)
            if isInteger, let integer = Int(text) { return .integer(integer) }
            guard let value = Double(text) else { throw error("unreadable number") }
            return .number(value)
        }

        mutating func digits() throws(StrictJSONError) {
            let start = offset
            while let byte = next, byte >= 0x30, byte <= 0x39 { offset += 1 }
            guard offset > start else { throw error("expected a digit") }
        }

        mutating func string() throws(StrictJSONError) -> String {
            offset += 1
            let start = offset
            while let byte = next {
                if byte == UInt8(ascii: "\"") {
                    let text = try text(bytes[start..<offset])
                    offset += 1
                    return text
                }
                if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
                guard byte >= 0x20 else { throw error("control character in a string") }
                offset += 1
            }
            throw error("the text ends inside a string")
        }

        func text(_ slice: some Collection<UInt8>) throws(StrictJSONError) -> String {
            guard let text = String(validating: slice, as: UTF8.self) else { throw error("a string is not UTF-8") }
            return text
        }

        /// The slow path: `offset` stands on the first backslash of the string that began at `start`.
        mutating func escapedString(from start: Int) throws(StrictJSONError) -> String {
            var content = [UInt8](bytes[start..<offset])
            while let byte = next {
                if byte == UInt8(ascii: "\"") {
                    let text = try text(content)
                    offset += 1
                    return text
                }
                guard byte >= 0x20 else { throw error("control character in a string") }
                offset += 1
                guard byte == UInt8(ascii: "\\") else {
                    content.append(byte)
                    continue
                }
                guard let escape = next else { break }
                offset += 1
                switch escape {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(escape)
                case UInt8(ascii: "b"): content.append(0x08)
                case UInt8(ascii: "f"): content.append(0x0c)
                case UInt8(ascii: "n"): content.append(0x0a)
                case UInt8(ascii: "r"): content.append(0x0d)
                case UInt8(ascii: "t"): content.append(0x09)
                case UInt8(ascii: "u"): content.append(contentsOf: String(Character(try escapedScalar())).utf8)
                default: throw error("unknown escape")
                }
            }
            throw error("the text ends inside a string")
        }

        mutating func escapedScalar() throws(StrictJSONError) -> Unicode.Scalar {
            let first = try hexadecimal()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw error("unpaired surrogate")
            }
            let second = try hexadecimal()
            guard second & 0xfc00 == 0xdc00,
                let scalar = Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff)
            else { throw error("unpaired surrogate") }
            return scalar
        }

        mutating func hexadecimal() throws(StrictJSONError) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                    throw error("expected four hexadecimal digits")
                }
                value = value << 4 | UInt32(digit)
                offset += 1
            }
            return value
        }
    }
}
