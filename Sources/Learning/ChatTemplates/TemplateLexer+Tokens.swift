extension TemplateLexer {
    /// The tokens up to `end`; whether white space after the tag is dropped (`-`) or its line end kept (`+`).
    mutating func tokens(until end: String) throws(TemplateError) -> (tokens: [TemplateToken], strips: Bool, keeps: Bool) {
        var tokens: [TemplateToken] = []
        var open = 0
        let start = line
        while index < scalars.count {
            let scalar = scalars[index]
            if Self.isSpace(scalar) {
                if scalar == "\n" { line += 1 }
                index += 1
                continue
            }
            // A brace that closes a dictionary is no end of the tag.
            if open == 0 {
                if follows(end) {
                    index += 2
                    return (tokens, false, false)
                }
                if scalar == "-" || scalar == "+", follows(end, after: 1) {
                    index += 3
                    return (tokens, scalar == "-", scalar == "+")
                }
            }
            let kind = try token()
            switch kind {
            case .symbol("("), .symbol("["), .symbol("{"): open += 1
            case .symbol(")"), .symbol("]"), .symbol("}"): open -= 1
            default: break
            }
            tokens.append(TemplateToken(kind: kind, line: line))
        }
        throw .syntax("a tag without its end", line: start)
    }

    private func follows(_ text: String, after distance: Int = 0) -> Bool {
        var place = index + distance
        for scalar in text.unicodeScalars {
            guard place < scalars.count, scalars[place] == scalar else { return false }
            place += 1
        }
        return true
    }

    private mutating func token() throws(TemplateError) -> TemplateToken.Kind {
        let scalar = scalars[index]
        if scalar == "'" || scalar == "\"" { return .string(try quoted(scalar)) }
        if scalar == "_" || scalar.properties.isAlphabetic {
            return .name(take { $0 == "_" || $0.properties.isAlphabetic || Self.isDigit($0) })
        }
        if Self.isDigit(scalar) { return try number() }
        for symbol in ["//", "**", "==", "!=", "<=", ">="] where follows(symbol) {
            index += 2
            return .symbol(symbol)
        }
        guard "+-*/%~()[]{}<>=.:|,".unicodeScalars.contains(scalar) else { throw .syntax("the character \(scalar)", line: line) }
        index += 1
        return .symbol(String(Character(scalar)))
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        var text = ""
        while index < scalars.count, condition(scalars[index]) {
            text.unicodeScalars.append(scalars[index])
            index += 1
        }
        return text
    }

    private mutating func number() throws(TemplateError) -> TemplateToken.Kind {
        var digits = take { Self.isDigit($0) || $0 == "_" }
        var isWhole = true
        if index + 1 < scalars.count, scalars[index] == ".", Self.isDigit(scalars[index + 1]) {
            index += 1
            digits += "." + take { Self.isDigit($0) }
            isWhole = false
        }
        if let exponent = takeExponent() {
            digits += exponent
            isWhole = false
        }
        if !isWhole {
            guard let value = Double(digits.filter { $0 != "_" }) else { throw .syntax("the number \(digits)", line: line) }
            return .double(value)
        }
        guard let value = Int(digits.filter { $0 != "_" }) else { throw .syntax("the number \(digits)", line: line) }
        return .int(value)
    }

    /// `e`, a sign if there is one, and digits.
    private mutating func takeExponent() -> String? {
        guard index < scalars.count, scalars[index] == "e" || scalars[index] == "E" else { return nil }
        let signed = index + 1 < scalars.count && (scalars[index + 1] == "+" || scalars[index + 1] == "-")
        let first = index + (signed ? 2 : 1)
        guard first < scalars.count, Self.isDigit(scalars[first]) else { return nil }
        let sign = signed ? String(Character(scalars[index + 1])) : ""
        index = first
        return "e" + sign + take { Self.isDigit($0) }
    }

    /// A string with Python's escapes; an unknown one stays as it is written.
    private mutating func quoted(_ mark: Unicode.Scalar) throws(TemplateError) -> String {
        let start = line
        index += 1
        var text = ""
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == mark { return text }
            if scalar == "\n" { line += 1 }
            guard scalar == "\\", index < scalars.count else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let escaped = scalars[index]
            index += 1
            switch escaped {
            case "n": text += "\n"
            case "t": text += "\t"
            case "r": text += "\r"
            case "b": text += "\u{8}"
            case "f": text += "\u{c}"
            case "v": text += "\u{b}"
            case "a": text += "\u{7}"
            case "0": text += "\0"
            case "\\", "'", "\"": text.unicodeScalars.append(escaped)
            case "\n": line += 1
            case "x": try appendCode(2, to: &text)
            case "u": try appendCode(4, to: &text)
            case "U": try appendCode(8, to: &text)
            default:
                text += "\\"
                text.unicodeScalars.append(escaped)
            }
        }
        throw .syntax("a string without its end", line: start)
    }

    private mutating func appendCode(_ digits: Int, to text: inout String) throws(TemplateError) {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard index < scalars.count, let digit = Character(scalars[index]).hexDigitValue else {
                throw .syntax("an escape that is no character", line: line)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        guard let scalar = Unicode.Scalar(value) else { throw .syntax("an escape that is no character", line: line) }
        text.unicodeScalars.append(scalar)
    }
}
