import JSON

/// Why a vector's YAML cannot be read.
struct VectorYAMLError: Error, CustomStringConvertible {
    let line: String
    /// Whether the text ends inside a list, a map or quotes: part of the file is missing.
    var isCutOff = false

    var description: String {
        isCutOff ? "YAML that is cut off, after '\(line.prefix(60))'" : "unsupported YAML near '\(line.prefix(60))'"
    }
}

/// Reads the part of YAML that the official vectors use: block maps and lists by indentation, flow maps and lists on one
/// or more lines, quoted and plain scalars. No anchors, tags or multi-line strings.
struct VectorYAML {
    private struct Line {
        var indent: Int
        var text: String
    }

    /// Nodes inside each other, in blocks and in flow; bounds the stack.
    fileprivate static let depthLimit = 64

    private var lines: [Line] = []
    private var next = 0
    private var depth = 0

    /// The document as a JSON value; plain scalars become numbers, booleans, null or strings.
    static func parse(_ text: String) throws -> JSONValue {
        var parser = VectorYAML(text)
        guard !parser.lines.isEmpty else { return .null }
        return try parser.node(indent: parser.lines[0].indent)
    }

    private init(_ text: String) {
        var open = 0
        for raw in text.split(separator: "\n") {
            var trimmed = raw.drop { $0 == " " }
            // Lines fold into one with one space between them.
            while trimmed.last == " " { trimmed.removeLast() }
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed == "..." || trimmed == "---" { continue }
            if open > 0, !lines.isEmpty {
                lines[lines.count - 1].text += " " + trimmed
            } else {
                lines.append(Line(indent: raw.prefix { $0 == " " }.count, text: String(trimmed)))
            }
            // A flow map or list that is still open goes on in the next line.
            open += trimmed.reduce(0) { $0 + ("[{".contains($1) ? 1 : "]}".contains($1) ? -1 : 0) }
        }
    }

    private mutating func node(indent: Int) throws -> JSONValue {
        let text = lines[next].text
        guard depth < Self.depthLimit else { throw VectorYAMLError(line: text) }
        depth += 1
        defer { depth -= 1 }
        if text == "-" || text.hasPrefix("- ") { return try sequence(indent: indent) }
        if !text.hasPrefix("{"), !text.hasPrefix("["), keyEnd(text) != nil { return try mapping(indent: indent) }
        next += 1
        return try FlowParser.parse(text)
    }

    private mutating func sequence(indent: Int) throws -> JSONValue {
        var elements: [JSONValue] = []
        while next < lines.count, lines[next].indent == indent, lines[next].text == "-" || lines[next].text.hasPrefix("- ") {
            let rest = lines[next].text.dropFirst(2).drop { $0 == " " }
            if rest.isEmpty {
                next += 1
                elements.append(try nested(deeperThan: indent))
            } else {
                // What follows the dash is a node of its own, indented by the dash and the space.
                lines[next] = Line(indent: indent + lines[next].text.count - rest.count, text: String(rest))
                elements.append(try node(indent: lines[next].indent))
            }
        }
        return .array(elements)
    }

    private mutating func mapping(indent: Int) throws -> JSONValue {
        var members: [JSONValue.Member] = []
        while next < lines.count, lines[next].indent == indent, let end = keyEnd(lines[next].text) {
            let line = lines[next].text
            let key = try FlowParser.parse(String(line[..<end]))
            let value = line[line.index(after: end)...].drop { $0 == " " }
            next += 1
            members.append(.init(key.scalarText, value.isEmpty ? try nested(deeperThan: indent - 1) : try FlowParser.parse(String(value))))
        }
        if next < lines.count, lines[next].indent > indent { throw VectorYAMLError(line: lines[next].text) }
        return .object(members)
    }

    /// The node in the following, further indented lines, or null. A list may stand at its key's own indentation.
    private mutating func nested(deeperThan indent: Int) throws -> JSONValue {
        guard next < lines.count, lines[next].indent > indent else { return .null }
        if lines[next].indent == indent + 1, !lines[next].text.hasPrefix("-") { return .null }
        return try node(indent: lines[next].indent)
    }

    /// Where a `key:` ends, if the line begins with one.
    private func keyEnd(_ text: String) -> String.Index? {
        var index = text.startIndex
        if text.hasPrefix("'"), let close = text.dropFirst().firstIndex(of: "'") { index = close }
        while let colon = text[index...].firstIndex(of: ":") {
            let after = text.index(after: colon)
            if after == text.endIndex || text[after] == " " { return colon }
            index = after
        }
        return nil
    }
}

/// Reads flow maps, flow lists and scalars.
private struct FlowParser {
    private let text: [Character]
    private var next = 0
    private var depth = 0

    static func parse(_ text: String) throws -> JSONValue {
        var parser = FlowParser(text: Array(text))
        let value = try parser.value(stops: [])
        parser.skipSpaces()
        guard parser.next == parser.text.count else { throw VectorYAMLError(line: text) }
        return value
    }

    private init(text: [Character]) { self.text = text }

    private mutating func skipSpaces() {
        while next < text.count, text[next] == " " { next += 1 }
    }

    private mutating func value(stops: Set<Character>) throws -> JSONValue {
        skipSpaces()
        guard next < text.count else { return .null }
        guard depth < VectorYAML.depthLimit else { throw VectorYAMLError(line: String(text)) }
        depth += 1
        defer { depth -= 1 }
        switch text[next] {
        case "{": return try map()
        case "[": return try list()
        case "'", "\"": return .string(try quoted(text[next]))
        default: return scalar(stops: stops)
        }
    }

    private mutating func map() throws -> JSONValue {
        next += 1
        var members: [JSONValue.Member] = []
        while true {
            skipSpaces()
            guard next < text.count else { throw VectorYAMLError(line: String(text), isCutOff: true) }
            if text[next] == "}" {
                next += 1
                return .object(members)
            }
            let key = try value(stops: [":"])
            skipSpaces()
            guard next < text.count, text[next] == ":" else { throw VectorYAMLError(line: String(text)) }
            next += 1
            members.append(.init(key.scalarText, try value(stops: [",", "}"])))
            skipSpaces()
            if next < text.count, text[next] == "," { next += 1 }
        }
    }

    private mutating func list() throws -> JSONValue {
        next += 1
        var elements: [JSONValue] = []
        while true {
            skipSpaces()
            guard next < text.count else { throw VectorYAMLError(line: String(text), isCutOff: true) }
            if text[next] == "]" {
                next += 1
                return .array(elements)
            }
            elements.append(try value(stops: [",", "]"]))
            skipSpaces()
            if next < text.count, text[next] == "," { next += 1 }
        }
    }

    private mutating func quoted(_ quote: Character) throws -> String {
        next += 1
        var result = ""
        while next < text.count {
            if text[next] == quote {
                next += 1
                guard next < text.count, text[next] == quote, quote == "'" else { return result }
            }
            result.append(text[next])
            next += 1
        }
        throw VectorYAMLError(line: String(text), isCutOff: true)
    }

    private mutating func scalar(stops: Set<Character>) -> JSONValue {
        var word = ""
        while next < text.count, !stops.contains(text[next]) {
            word.append(text[next])
            next += 1
        }
        while word.hasSuffix(" ") { word.removeLast() }
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null", "~", "": return .null
        default: return word.utf8.allSatisfy({ (48...57).contains($0) }) ? .number(word) : .string(word)
        }
    }
}

extension JSONValue {
    /// The text of a scalar, as a map's key needs it.
    var scalarText: String {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        default: "null"
        }
    }
}
