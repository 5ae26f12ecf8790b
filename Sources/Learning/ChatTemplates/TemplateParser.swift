/// Reads the tags of a template into nodes.
struct TemplateParser {
    private let pieces: [TemplatePiece]
    private var index = 0
    /// The tokens of the tag that is read.
    var tokens: [TemplateToken] = []
    var position = 0
    var line = 1
    var depth = 0

    init(_ source: String) throws(TemplateError) {
        guard source.utf8.count <= TemplateLimits.sourceBytes else {
            throw .limit("it has \(source.utf8.count) bytes, more than \(TemplateLimits.sourceBytes)")
        }
        var lexer = TemplateLexer(source)
        pieces = try lexer.pieces()
    }

    mutating func parse() throws(TemplateError) -> [TemplateNode] {
        let (nodes, end) = try body(until: [])
        guard end == nil else { throw .syntax("\(end ?? "") without its beginning", line: line) }
        return nodes
    }

    /// Nodes up to a block that begins with one of `ends`, whose tokens are then the current ones.
    private mutating func body(until ends: Set<String>) throws(TemplateError) -> (nodes: [TemplateNode], end: String?) {
        try enter()
        defer { depth -= 1 }
        var nodes: [TemplateNode] = []
        while index < pieces.count {
            let piece = pieces[index]
            index += 1
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .output(let tokens):
                begin(tokens)
                nodes.append(.output(try tuple()))
                try end()
            case .block(let tokens):
                begin(tokens)
                let word = try name()
                if ends.contains(word) { return (nodes, word) }
                nodes.append(try block(word))
            }
        }
        guard ends.isEmpty else { throw .syntax("the template ends before \(ends.sorted().joined(separator: " or "))", line: line) }
        return (nodes, nil)
    }

    private mutating func block(_ word: String) throws(TemplateError) -> TemplateNode {
        switch word {
        case "if": return try branch()
        case "for": return try loop()
        case "set": return try assignment()
        case "macro": return try macro()
        case "break":
            try end()
            return .leave
        case "continue":
            try end()
            return .next
        case "generation":
            try end()
            let inner = try body(until: ["endgeneration"])
            try end()
            return .group(inner.nodes)
        default: throw .unsupported("the tag '\(word)'", line: line)
        }
    }

    private mutating func branch() throws(TemplateError) -> TemplateNode {
        var branches: [(condition: TemplateExpression, body: [TemplateNode])] = []
        var condition = try tuple()
        try end()
        while true {
            let (nodes, word) = try body(until: ["elif", "else", "endif"])
            branches.append((condition, nodes))
            switch word {
            case "elif":
                condition = try tuple()
                try end()
            case "else":
                try end()
                let (otherwise, _) = try body(until: ["endif"])
                try end()
                return .branch(branches, otherwise: otherwise)
            default:
                try end()
                return .branch(branches, otherwise: [])
            }
        }
    }

    private mutating func loop() throws(TemplateError) -> TemplateNode {
        let targets = try names()
        guard takeName("in") else { throw .syntax("for without in", line: line) }
        let sequence = try disjunction()
        let condition = takeName("if") ? try expression() : nil
        if takeName("recursive") { throw .unsupported("a recursive for", line: line) }
        try end()
        let (nodes, word) = try body(until: ["else", "endfor"])
        try end()
        var otherwise: [TemplateNode] = []
        if word == "else" {
            otherwise = try body(until: ["endfor"]).nodes
            try end()
        }
        return .loop(TemplateLoop(targets: targets, sequence: sequence, condition: condition, body: nodes, otherwise: otherwise))
    }

    private mutating func assignment() throws(TemplateError) -> TemplateNode {
        var targets = [try name()]
        let target: TemplateTarget
        if takeSymbol(".") {
            target = .member(targets[0], try name())
        } else {
            while takeSymbol(",") { targets.append(try name()) }
            target = .names(targets)
        }
        if takeSymbol("=") {
            let value = try tuple()
            try end()
            return .set(target, value)
        }
        if peekSymbol("|") { throw .unsupported("a filter on set", line: line) }
        try end()
        let (nodes, _) = try body(until: ["endset"])
        try end()
        return .capture(target, nodes)
    }

    private mutating func macro() throws(TemplateError) -> TemplateNode {
        let name = try name()
        try expect("(")
        var parameters: [(name: String, value: TemplateExpression?)] = []
        while !takeSymbol(")") {
            let parameter = try self.name()
            parameters.append((parameter, takeSymbol("=") ? try expression() : nil))
            if !peekSymbol(")") { try expect(",") }
        }
        try end()
        let (nodes, _) = try body(until: ["endmacro"])
        // The name may stand again at the end.
        _ = takeAnyName()
        try end()
        return .macro(TemplateMacro(name: name, parameters: parameters, body: nodes))
    }

    private mutating func names() throws(TemplateError) -> [String] {
        let inParentheses = takeSymbol("(")
        var names = [try name()]
        while takeSymbol(",") { names.append(try name()) }
        if inParentheses { try expect(")") }
        return names
    }

    // MARK: Tokens

    mutating func enter() throws(TemplateError) {
        depth += 1
        guard depth <= TemplateLimits.depth else { throw .limit("line \(line) is nested deeper than \(TemplateLimits.depth)") }
    }

    private mutating func begin(_ tokens: [TemplateToken]) {
        self.tokens = tokens
        position = 0
        line = tokens.first?.line ?? line
    }

    private func end() throws(TemplateError) {
        guard position == tokens.count else { throw .syntax("\(shown) is too much", line: line) }
    }

    var next: TemplateToken.Kind? { position < tokens.count ? tokens[position].kind : nil }

    /// The next token in the words of an error.
    var shown: String {
        switch next {
        case nil: "the end of the tag"
        case .name(let name): "'\(name)'"
        case .string: "a string"
        case .int, .double: "a number"
        case .symbol(let symbol): "'\(symbol)'"
        }
    }

    func peekSymbol(_ symbol: String) -> Bool { next == .symbol(symbol) }

    mutating func takeSymbol(_ symbol: String) -> Bool {
        guard next == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    mutating func takeName(_ name: String) -> Bool {
        guard next == .name(name) else { return false }
        position += 1
        return true
    }

    mutating func takeAnyName() -> String? {
        guard case .name(let name) = next else { return nil }
        position += 1
        return name
    }

    mutating func name() throws(TemplateError) -> String {
        guard let name = takeAnyName() else { throw .syntax("\(shown) where a name belongs", line: line) }
        return name
    }

    mutating func expect(_ symbol: String) throws(TemplateError) {
        guard takeSymbol(symbol) else { throw .syntax("\(shown) where '\(symbol)' belongs", line: line) }
    }
}
