/// Expressions, in the order in which Jinja's operators bind.
extension TemplateParser {
    /// An expression, or several with commas between them: a list.
    mutating func tuple() throws(TemplateError) -> TemplateExpression {
        let first = try expression()
        guard peekSymbol(",") else { return first }
        var elements = [first]
        while takeSymbol(",") {
            guard next != nil, !peekSymbol(")") else { break }
            elements.append(try expression())
        }
        return .list(elements)
    }

    /// `a if b else c`, and everything that binds closer.
    mutating func expression() throws(TemplateError) -> TemplateExpression {
        let start = depth
        defer { depth = start }
        try enter()
        line = position < tokens.count ? tokens[position].line : line
        var value = try disjunction()
        while takeName("if") {
            try enter()
            let condition = try disjunction()
            value = .choice(value, condition: condition, otherwise: takeName("else") ? try expression() : nil)
        }
        return value
    }

    mutating func disjunction() throws(TemplateError) -> TemplateExpression {
        var left = try conjunction()
        let start = depth
        defer { depth = start }
        while takeName("or") {
            try enter()
            left = .or(left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
        var left = try negation()
        let start = depth
        defer { depth = start }
        while takeName("and") {
            try enter()
            left = .and(left, try negation())
        }
        return left
    }

    private mutating func negation() throws(TemplateError) -> TemplateExpression {
        guard takeName("not") else { return try comparison() }
        try enter()
        defer { depth -= 1 }
        return .not(try negation())
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        let first = try sum()
        var rest: [(TemplateOperator, TemplateExpression)] = []
        while let operation = takeComparison() { rest.append((operation, try sum())) }
        return rest.isEmpty ? first : .compare(first, rest)
    }

    private mutating func takeComparison() -> TemplateOperator? {
        if case .symbol(let symbol) = next, let operation = TemplateOperator(rawValue: symbol),
            [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual].contains(operation)
        {
            position += 1
            return operation
        }
        if takeName("in") { return .isIn }
        if next == .name("not"), position + 1 < tokens.count, tokens[position + 1].kind == .name("in") {
            position += 2
            return .isNotIn
        }
        return nil
    }

    private mutating func takeOperator(_ operators: [TemplateOperator]) -> TemplateOperator? {
        guard case .symbol(let symbol) = next, let operation = TemplateOperator(rawValue: symbol), operators.contains(operation) else {
            return nil
        }
        position += 1
        return operation
    }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        var left = try concatenation()
        let start = depth
        defer { depth = start }
        while let operation = takeOperator([.add, .subtract]) {
            try enter()
            left = .binary(operation, left, try concatenation())
        }
        return left
    }

    private mutating func concatenation() throws(TemplateError) -> TemplateExpression {
        var left = try product()
        let start = depth
        defer { depth = start }
        while takeSymbol("~") {
            try enter()
            left = .binary(.concatenate, left, try product())
        }
        return left
    }

    private mutating func product() throws(TemplateError) -> TemplateExpression {
        var left = try power()
        let start = depth
        defer { depth = start }
        while let operation = takeOperator([.multiply, .divide, .floorDivide, .modulo]) {
            try enter()
            left = .binary(operation, left, try power())
        }
        return left
    }

    private mutating func power() throws(TemplateError) -> TemplateExpression {
        var left = try unary(withFilters: true)
        let start = depth
        defer { depth = start }
        while takeSymbol("**") {
            try enter()
            left = .binary(.power, left, try unary(withFilters: true))
        }
        return left
    }

    private mutating func unary(withFilters: Bool) throws(TemplateError) -> TemplateExpression {
        var value: TemplateExpression
        if takeSymbol("-") {
            try enter()
            defer { depth -= 1 }
            value = .negate(try unary(withFilters: false))
        } else if takeSymbol("+") {
            try enter()
            defer { depth -= 1 }
            value = try unary(withFilters: false)
        } else {
            value = try primary()
        }
        value = try postfix(value)
        return withFilters ? try filters(value) : value
    }

    private mutating func primary() throws(TemplateError) -> TemplateExpression {
        guard let token = next else { throw .syntax("an expression is missing", line: line) }
        position += 1
        switch token {
        case .name("true"), .name("True"): return .bool(true)
        case .name("false"), .name("False"): return .bool(false)
        case .name("none"), .name("None"): return .none
        case .name(let name): return .name(name)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(var text):
            // Strings beside each other are one.
            while case .string(let more) = next {
                text += more
                position += 1
            }
            return .string(text)
        case .symbol("("):
            if takeSymbol(")") { return .list([]) }
            let value = try tuple()
            try expect(")")
            return value
        case .symbol("["):
            var elements: [TemplateExpression] = []
            while !takeSymbol("]") {
                elements.append(try expression())
                if !peekSymbol("]") { try expect(",") }
            }
            return .list(elements)
        case .symbol("{"):
            var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
            while !takeSymbol("}") {
                let key = try expression()
                try expect(":")
                entries.append((key, try expression()))
                if !peekSymbol("}") { try expect(",") }
            }
            return .dictionary(entries)
        case .symbol(let symbol): throw .syntax("'\(symbol)' where an expression belongs", line: line)
        }
    }

    private mutating func postfix(_ start: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = start
        var length = 0
        while true {
            // Every step wraps the value once more.
            length += 1
            guard length <= TemplateLimits.depth else { throw .limit("line \(line) is nested deeper than \(TemplateLimits.depth)") }
            if takeSymbol(".") {
                if case .int(let index) = next {
                    position += 1
                    value = .item(value, .int(index))
                } else {
                    value = .attribute(value, try name())
                }
            } else if takeSymbol("[") {
                value = try subscripted(value)
            } else if takeSymbol("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var bounds: [TemplateExpression?] = [nil]
        var isSlice = false
        while !takeSymbol("]") {
            if takeSymbol(":") {
                isSlice = true
                bounds.append(nil)
            } else {
                bounds[bounds.count - 1] = try expression()
            }
        }
        guard bounds.count <= 3 else { throw .syntax("a slice of more than three parts", line: line) }
        if isSlice { return .slice(value, bounds[0], bounds[1], bounds.count > 2 ? bounds[2] : nil) }
        guard let index = bounds[0] else { throw .syntax("an index is missing", line: line) }
        return .item(value, index)
    }

    /// After the opening parenthesis.
    private mutating func arguments() throws(TemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        while !takeSymbol(")") {
            if case .name(let name) = next, position + 1 < tokens.count, tokens[position + 1].kind == .symbol("=") {
                position += 2
                arguments.named.append((name, try expression()))
            } else {
                guard arguments.named.isEmpty else { throw .syntax("an argument without a name after one with", line: line) }
                arguments.positional.append(try expression())
            }
            if !peekSymbol(")") { try expect(",") }
        }
        return arguments
    }

    private mutating func filters(_ start: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = start
        var length = 0
        while true {
            length += 1
            guard length <= TemplateLimits.depth else { throw .limit("line \(line) is nested deeper than \(TemplateLimits.depth)") }
            if takeSymbol("|") {
                let name = try name()
                value = .filter(value, name, takeSymbol("(") ? try arguments() : TemplateArguments(), line: line)
            } else if takeName("is") {
                value = try test(value)
            } else if takeSymbol("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    private mutating func test(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let isNegated = takeName("not")
        let name = try name()
        var arguments = TemplateArguments()
        if takeSymbol("(") {
            arguments = try self.arguments()
        } else {
            switch next {
            case .name(let word) where !["else", "or", "and", "is", "if", "in", "not"].contains(word):
                arguments.positional = [try postfix(primary())]
            case .string, .int, .double, .symbol("["), .symbol("{"):
                arguments.positional = [try postfix(primary())]
            default: break
            }
        }
        let test = TemplateExpression.test(value, name, arguments, line: line)
        return isNegated ? .not(test) : test
    }
}
