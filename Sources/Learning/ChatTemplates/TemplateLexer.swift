/// A piece of a template's text.
enum TemplatePiece: Sendable {
    case text(String)
    /// `{{ … }}`
    case output([TemplateToken])
    /// `{% … %}`
    case block([TemplateToken])
}

/// A token inside `{{ … }}` or `{% … %}`, with its line from 1.
struct TemplateToken: Sendable {
    enum Kind: Sendable, Equatable {
        case name(String)
        case string(String)
        case int(Int)
        case double(Double)
        case symbol(String)
    }

    let kind: Kind
    let line: Int
}

/// Cuts a template into text and tags as Jinja does with `trim_blocks` and `lstrip_blocks`, as transformers sets them.
struct TemplateLexer {
    let scalars: [Unicode.Scalar]
    var index = 0
    var line = 1

    init(_ source: String) {
        // Line ends are one character each, and one at the very end is dropped.
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(source.utf8.count)
        var afterReturn = false
        for scalar in source.unicodeScalars {
            if scalar == "\n", afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = scalar == "\r"
            scalars.append(afterReturn ? "\n" : scalar)
        }
        if scalars.last == "\n" { scalars.removeLast() }
        self.scalars = scalars
    }

    mutating func pieces() throws(TemplateError) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var startsLine = true
        var stripsNext = false
        while index < scalars.count {
            var text = takeText()
            if stripsNext { text = Self.leftStripped(text) }
            stripsNext = false
            guard index < scalars.count else {
                append(text, to: &pieces)
                break
            }
            let opening = scalars[index + 1]
            index += 2
            let sign = index < scalars.count ? scalars[index] : " "
            if sign == "-" {
                while let last = text.last, Self.isSpace(last) { text.removeLast() }
                index += 1
            } else if sign == "+", opening != "{" {
                index += 1
            } else if opening != "{" {
                // Only blanks before a tag on its line: they are its indentation.
                let lineStart = text.lastIndex(of: "\n").map { $0 + 1 } ?? 0
                if lineStart > 0 || startsLine, text[lineStart...].allSatisfy({ Self.isSpace($0) }) {
                    text.removeSubrange(lineStart...)
                }
            }
            append(text, to: &pieces)
            startsLine = false
            switch opening {
            case "#":
                let (strips, keeps) = try skipComment()
                stripsNext = strips
                startsLine = trimNewline(unless: strips || keeps)
            case "{":
                let tokens = try tokens(until: "}}")
                stripsNext = tokens.strips
                pieces.append(.output(tokens.tokens))
            default:
                let tokens = try tokens(until: "%}")
                stripsNext = tokens.strips
                startsLine = trimNewline(unless: tokens.strips || tokens.keeps)
                if tokens.tokens.count == 1, tokens.tokens[0].kind == .name("raw") {
                    append(try takeRaw(strips: stripsNext, &stripsNext), to: &pieces)
                    startsLine = trimNewline(unless: stripsNext)
                } else {
                    pieces.append(.block(tokens.tokens))
                }
            }
        }
        return pieces
    }

    private func append(_ text: [Unicode.Scalar], to pieces: inout [TemplatePiece]) {
        guard !text.isEmpty else { return }
        var string = ""
        string.unicodeScalars.append(contentsOf: text)
        pieces.append(.text(string))
    }

    /// The text up to the next tag.
    private mutating func takeText() -> [Unicode.Scalar] {
        let start = index
        while index < scalars.count {
            if scalars[index] == "{", index + 1 < scalars.count, "{%#".unicodeScalars.contains(scalars[index + 1]) { break }
            if scalars[index] == "\n" { line += 1 }
            index += 1
        }
        return Array(scalars[start..<index])
    }

    /// After a block the line end that follows belongs to it.
    private mutating func trimNewline(unless kept: Bool) -> Bool {
        guard !kept, index < scalars.count, scalars[index] == "\n" else { return false }
        index += 1
        line += 1
        return true
    }

    private mutating func skipComment() throws(TemplateError) -> (strips: Bool, keeps: Bool) {
        let start = line
        while index + 1 < scalars.count {
            if scalars[index] == "#", scalars[index + 1] == "}" {
                let last = scalars[index - 1]
                index += 2
                return (last == "-", last == "+")
            }
            if scalars[index] == "\n" { line += 1 }
            index += 1
        }
        throw .syntax("a comment without its end", line: start)
    }

    /// The text between `{% raw %}` and `{% endraw %}`.
    private mutating func takeRaw(strips: Bool, _ stripsNext: inout Bool) throws(TemplateError) -> [Unicode.Scalar] {
        let start = index
        let first = line
        while index < scalars.count {
            if scalars[index] == "{", index + 1 < scalars.count, scalars[index + 1] == "%" {
                var copy = self
                copy.index += 2
                let sign = copy.index < scalars.count ? scalars[copy.index] : " "
                if sign == "-" { copy.index += 1 }
                if let end = try? copy.tokens(until: "%}"), end.tokens.count == 1, end.tokens[0].kind == .name("endraw") {
                    var text = Array(scalars[start..<index])
                    if sign == "-" { while let last = text.last, Self.isSpace(last) { text.removeLast() } }
                    if strips { text = Self.leftStripped(text) }
                    (index, line) = (copy.index, copy.line)
                    stripsNext = end.strips
                    return text
                }
            }
            if scalars[index] == "\n" { line += 1 }
            index += 1
        }
        throw .syntax("raw without endraw", line: first)
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
    }

    private static func leftStripped(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] { Array(text.drop { isSpace($0) }) }
}
