/// A small reader of the text format 0.0.4, written from its grammar, as the tests' oracle.
struct PrometheusParser {
    struct Family {
        var help = ""
        var type = ""
        var samples: [(labels: [String: String], value: Double)] = []
    }

    struct Malformed: Error { let line: String }

    static func parse(_ text: String) throws -> [String: Family] {
        var families: [String: Family] = [:]
        guard text.isEmpty || text.hasSuffix("\n") else { throw Malformed(line: "no final newline") }
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("# ") {
                let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
                guard parts.count >= 3 else { throw Malformed(line: line) }
                let rest = parts.count > 3 ? parts[3] : ""
                switch parts[1] {
                case "HELP" where families[parts[2]] == nil:
                    families[parts[2]] = Family(help: try unescape(rest, quotes: false))
                case "TYPE" where families[parts[2]]?.type == "" && families[parts[2]]?.samples.isEmpty == true:
                    families[parts[2]]?.type = rest
                default: throw Malformed(line: line)
                }
            } else {
                let (name, labels, value) = try sample(line)
                guard families[name] != nil else { throw Malformed(line: line) }
                families[name]?.samples.append((labels, value))
            }
        }
        return families
    }

    private static func sample(_ line: String) throws -> (String, [String: String], Double) {
        guard let name = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)/) else { throw Malformed(line: line) }
        var labels: [String: String] = [:]
        var rest = (name.2 ?? "{}").dropFirst().dropLast()
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(,|$)/) else { throw Malformed(line: line) }
            labels[String(match.1)] = try unescape(String(match.2), quotes: true)
            rest = rest[match.range.upperBound...]
        }
        let values = ["NaN": Double.nan, "+Inf": .infinity, "-Inf": -.infinity]
        guard let value = values[String(name.3)] ?? Double(name.3) else { throw Malformed(line: line) }
        return (String(name.1), labels, value)
    }

    private static func unescape(_ text: String, quotes: Bool) throws -> String {
        var result = ""
        var escaped = false
        for character in text {
            guard escaped || character == "\\" else {
                result.append(character)
                continue
            }
            if !escaped {
                escaped = true
                continue
            }
            switch character {
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "\"" where quotes: result.append("\"")
            default: throw Malformed(line: text)
            }
            escaped = false
        }
        return result
    }
}
