extension TemplateValue {
    /// Python's `str()`.
    var text: String {
        switch self {
        case .undefined: ""
        case .string(let text): text
        default: representation
        }
    }

    /// Python's `repr()`.
    private var representation: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .double(let value): "\(value)"
        case .string(let text): Self.quoted(text)
        case .list(let elements): "[" + elements.map(\.representation).joined(separator: ", ") + "]"
        case .dictionary(let dictionary):
            "{" + dictionary.keys.map { "\(Self.quoted($0)): \((dictionary[$0] ?? .none).representation)" }.joined(separator: ", ") + "}"
        case .namespace: "<Namespace>"
        case .function: "<function>"
        }
    }

    private static func quoted(_ text: String) -> String {
        let mark: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var result = String(mark)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "'" where mark == "'": result += "\\'"
            default: result.unicodeScalars.append(scalar)
            }
        }
        result.append(mark)
        return result
    }

    /// Python's `json.dumps`: separators `, ` and `: ` (with an indentation `,`), characters as they are.
    func json(indent: Int?, level: Int = 0) throws(TemplateError) -> String {
        guard level <= TemplateLimits.depth else { throw .limit("values are nested deeper than \(TemplateLimits.depth)") }
        func joined(_ parts: [String], _ open: String, _ close: String) -> String {
            guard !parts.isEmpty else { return open + close }
            guard let indent else { return open + parts.joined(separator: ", ") + close }
            let inner = "\n" + String(repeating: " ", count: indent * (level + 1))
            return open + inner + parts.joined(separator: "," + inner) + "\n" + String(repeating: " ", count: indent * level) + close
        }
        switch self {
        case .undefined(let name): throw .evaluation("'\(name)' is undefined and no JSON")
        case .none: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int, .double: return text
        case .string(let text): return Self.jsonString(text)
        case .list(let elements):
            var parts: [String] = []
            for element in elements { parts.append(try element.json(indent: indent, level: level + 1)) }
            return joined(parts, "[", "]")
        case .dictionary(let dictionary):
            var parts: [String] = []
            for key in dictionary.keys {
                parts.append("\(Self.jsonString(key)): \(try (dictionary[key] ?? .none).json(indent: indent, level: level + 1))")
            }
            return joined(parts, "{", "}")
        case .namespace, .function: throw .evaluation("\(kind) is no JSON")
        }
    }

    private static func jsonString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{c}": result += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
