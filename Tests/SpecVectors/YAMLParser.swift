/// Reads lines by their indentation.
struct YAMLParser {
    private struct Line {
        var indent: Int
        var content: Substring
    }

    private var lines: [Line] = []
    private var next = 0

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            var content = line.drop { $0 == " " }
            while content.last == " " { content.removeLast() }
            if content.isEmpty || content.hasPrefix("#") || line == "---" || line == "..." { continue }
            lines.append(Line(indent: line.prefix { $0 == " " }.count, content: content))
        }
    }

    mutating func parseDocument() -> YAMLValue? {
        guard let first = lines.first else { return nil }
        let value = parseBlock(indent: first.indent)
        return next == lines.count ? value : nil
    }

    /// The block of lines with exactly this indentation, deeper ones belonging to them.
    private mutating func parseBlock(indent: Int) -> YAMLValue? {
        let content = lines[next].content
        if content == "-" || content.hasPrefix("- ") { return parseSequence(indent: indent) }
        if Self.splitKey(content) != nil { return parseMapping(indent: indent) }
        next += 1
        return parseInline(content)
    }

    /// A scalar, or a flow collection of scalars that may run on over the next lines.
    private mutating func parseInline(_ content: Substring) -> YAMLValue? {
        guard let first = content.first, first == "[" || first == "{" else { return Self.scalar(content) }
        var text = String(content)
        while !text.hasSuffix(first == "[" ? "]" : "}") {
            guard next < lines.count else { return nil }
            text += " " + lines[next].content
            next += 1
        }
        let items = text.dropFirst().dropLast().split(separator: ",").map { $0.drop { $0 == " " } }
        if first == "[" {
            let elements = items.compactMap(Self.scalar)
            return elements.count == items.count ? .sequence(elements) : nil
        }
        var members: [String: YAMLValue] = [:]
        for item in items {
            guard let (key, rest) = Self.splitKey(item), let value = Self.scalar(rest) else { return nil }
            members[key] = value
        }
        return .mapping(members)
    }

    private mutating func parseSequence(indent: Int) -> YAMLValue? {
        var elements: [YAMLValue] = []
        while next < lines.count, lines[next].indent == indent, lines[next].content == "-" || lines[next].content.hasPrefix("- ") {
            let rest = lines[next].content.dropFirst().drop { $0 == " " }
            if rest.isEmpty {
                next += 1
                guard next < lines.count, lines[next].indent > indent, let value = parseBlock(indent: lines[next].indent) else {
                    return nil
                }
                elements.append(value)
            } else {
                // The rest of the line is the first line of a block that is indented by the dash and its spaces.
                lines[next] = Line(indent: indent + lines[next].content.count - rest.count, content: rest)
                guard let value = parseBlock(indent: lines[next].indent) else { return nil }
                elements.append(value)
            }
        }
        return .sequence(elements)
    }

    private mutating func parseMapping(indent: Int) -> YAMLValue? {
        var members: [String: YAMLValue] = [:]
        while next < lines.count, lines[next].indent == indent, let (key, rest) = Self.splitKey(lines[next].content) {
            next += 1
            if !rest.isEmpty {
                guard let value = parseInline(rest) else { return nil }
                members[key] = value
            } else {
                guard next < lines.count else { return nil }
                let isSequence = lines[next].content.hasPrefix("-")
                guard lines[next].indent > indent || (isSequence && lines[next].indent == indent) else { return nil }
                guard let value = parseBlock(indent: lines[next].indent) else { return nil }
                members[key] = value
            }
        }
        return .mapping(members)
    }

    /// `key: rest` or `key:`; `nil` when the line is neither.
    private static func splitKey(_ content: Substring) -> (String, Substring)? {
        guard let first = content.first, !"'\"[{".contains(first), let colon = content.firstIndex(of: ":") else { return nil }
        let rest = content[content.index(after: colon)...]
        guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
        return (String(content[..<colon]), rest.drop { $0 == " " })
    }

    private static func scalar(_ content: Substring) -> YAMLValue? {
        guard let first = content.first else { return nil }
        if first == "'" || first == "\"" {
            guard content.count >= 2, content.last == first else { return nil }
            return .scalar(String(content.dropFirst().dropLast()))
        }
        if "[{&*!|>%@".contains(first) { return nil }
        return .scalar(String(content))
    }
}
