extension TemplateEvaluator {
    func filter(_ name: String, _ value: TemplateValue, _ arguments: TemplateValues, line: Int) throws(TemplateError) -> TemplateValue {
        switch name {
        case "trim": return try made(TemplateText(value.text).stripped(arguments.value(0, "chars").map(\.text)))
        case "upper", "lower", "title", "capitalize": return try cased(value.text, name)
        case "string": return try made(value.text)
        case "safe": return value
        case "length", "count": return .int(try length(value))
        case "tojson":
            let indent = arguments.value(0, "indent")?.integer
            return try made(try value.json(indent: indent.map { max(0, min(16, $0)) }))
        case "default", "d":
            if case .undefined = value { return arguments.value(0, "default_value") ?? .string("") }
            return arguments.value(1, "boolean")?.isTrue == true && !value.isTrue
                ? arguments.value(0, "default_value") ?? .string("") : value
        case "replace": return try replaced(TemplateText(value.text), arguments)
        case "join":
            var elements = try elements(of: value)
            if let attribute = arguments.value(1, "attribute") {
                for index in elements.indices { elements[index] = try item(attribute, of: elements[index]) }
            }
            return try joined(elements, arguments.value(0, "d")?.text ?? "")
        case "first":
            let elements = try elements(of: value)
            return elements.first ?? .undefined("the first of none")
        case "last":
            let elements = try elements(of: value)
            return elements.last ?? .undefined("the last of none")
        case "list": return try list(try elements(of: value))
        case "reverse":
            if case .string(let text) = value { return try made(String(String.UnicodeScalarView(text.unicodeScalars.reversed()))) }
            return try list(try elements(of: value).reversed())
        case "unique":
            var seen: [TemplateValue] = []
            for element in try elements(of: value) {
                try spend(16 * seen.count)
                if !seen.contains(where: { TemplateValue.equals($0, element) }) { seen.append(element) }
            }
            return try list(seen)
        case "items", "dictsort":
            guard case .dictionary(let dictionary) = value else { throw .evaluation("\(name) of \(value.kind)") }
            let keys = name == "items" ? dictionary.keys : dictionary.keys.sorted { $0.lowercased() < $1.lowercased() }
            return try list(keys.map { .list([.string($0), dictionary[$0] ?? .none]) })
        case "int":
            return .int(
                value.integer ?? value.number.flatMap { Int(exactly: $0.rounded(.towardZero)) } ?? Int(value.text) ?? arguments.value(
                    0, "default")?.integer ?? 0)
        case "float": return .double(value.number ?? Double(value.text) ?? 0)
        case "abs": return value.integer.map { .int($0 == .min ? .max : abs($0)) } ?? .double(abs(value.number ?? 0))
        case "indent": return try indented(value.text, arguments)
        case "map": return try mapped(try elements(of: value), arguments, line: line)
        case "select", "reject", "selectattr", "rejectattr":
            return try selected(try elements(of: value), name, arguments, line: line)
        default: throw .unsupported("the filter '\(name)'", line: line)
        }
    }

    private func length(_ value: TemplateValue) throws(TemplateError) -> Int {
        switch value {
        case .string(let text): return text.unicodeScalars.count
        case .list(let elements): return elements.count
        case .dictionary(let dictionary): return dictionary.keys.count
        case .undefined: return 0
        default: throw .evaluation("the length of \(value.kind)")
        }
    }

    private func indented(_ text: String, _ arguments: TemplateValues) throws(TemplateError) -> TemplateValue {
        let width = arguments.value(0, "width")
        let blanks = width.map { $0.integer.map { String(repeating: " ", count: max(0, min(256, $0))) } ?? $0.text } ?? "    "
        let first = arguments.value(1, "first")?.isTrue ?? false
        let blank = arguments.value(2, "blank")?.isTrue ?? false
        var result = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { result += "\n" }
            if index > 0 ? blank || !line.isEmpty : first { result += blanks }
            result += line
            guard result.utf8.count <= TemplateLimits.outputBytes else { throw .limit("it makes texts that are too long") }
        }
        return try made(result)
    }

    private func mapped(_ elements: [TemplateValue], _ arguments: TemplateValues, line: Int) throws(TemplateError) -> TemplateValue {
        var result: [TemplateValue] = []
        for element in elements {
            try step()
            if let attribute = arguments["attribute"] {
                let found = try item(attribute, of: element)
                if case .undefined = found, let standard = arguments["default"] { result.append(standard) } else { result.append(found) }
            } else {
                guard let name = arguments.positional.first else { throw .evaluation("map without a filter") }
                let rest = TemplateValues(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
                result.append(try filter(name.text, element, rest, line: line))
            }
        }
        return try list(result)
    }

    private func selected(
        _ elements: [TemplateValue], _ name: String, _ arguments: TemplateValues, line: Int
    ) throws(TemplateError) -> TemplateValue {
        var rest = arguments.positional
        let attribute = name.hasSuffix("attr") ? (rest.isEmpty ? nil : rest.removeFirst()) : nil
        let test = rest.isEmpty ? nil : rest.removeFirst()
        let keeps = name.hasPrefix("select")
        var result: [TemplateValue] = []
        for element in elements {
            try step()
            let subject = try attribute.map { key throws(TemplateError) in try item(key, of: element) } ?? element
            let holds =
                try test.map { name throws(TemplateError) in
                    try self.test(name.text, subject, TemplateValues(positional: rest, named: arguments.named), line: line)
                } ?? subject.isTrue
            if holds == keeps { result.append(element) }
        }
        return try list(result)
    }

    func test(_ name: String, _ value: TemplateValue, _ arguments: TemplateValues, line: Int) throws(TemplateError) -> Bool {
        func other() throws(TemplateError) -> TemplateValue {
            guard let first = arguments.positional.first else { throw .evaluation("the test '\(name)' needs an argument") }
            return first
        }
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined): return true
        case ("undefined", _): return false
        case ("none", .none), ("string", .string), ("mapping", .dictionary), ("boolean", .bool), ("callable", .function): return true
        case ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("callable", _): return false
        case ("number", .bool), ("number", .int), ("number", .double), ("integer", .int), ("float", .double): return true
        case ("number", _), ("integer", _), ("float", _): return false
        case ("iterable", .list), ("iterable", .string), ("iterable", .dictionary), ("iterable", .undefined): return true
        case ("sequence", .list), ("sequence", .string), ("sequence", .dictionary), ("sequence", .undefined): return true
        case ("iterable", _), ("sequence", _): return false
        case ("true", _): return if case .bool(true) = value { true } else { false }
        case ("false", _): return if case .bool(false) = value { true } else { false }
        case ("equalto", _), ("eq", _), ("==", _), ("sameas", _): return TemplateValue.equals(value, try other())
        case ("ne", _): return !TemplateValue.equals(value, try other())
        case ("in", _): return try compare(.isIn, value, try other())
        case ("lt", _), ("lessthan", _): return try compare(.less, value, try other())
        case ("le", _): return try compare(.lessOrEqual, value, try other())
        case ("gt", _), ("greaterthan", _): return try compare(.greater, value, try other())
        case ("ge", _): return try compare(.greaterOrEqual, value, try other())
        case ("odd", _), ("even", _):
            guard let number = value.integer else { throw .evaluation("\(name) of \(value.kind)") }
            return (number % 2 == 0) == (name == "even")
        case ("divisibleby", _):
            guard let number = value.integer, let divisor = try other().integer, divisor != 0 else {
                throw .evaluation("divisibleby of \(value.kind)")
            }
            return divisor == -1 || number % divisor == 0
        case ("lower", .string(let text)): return text == text.lowercased()
        case ("upper", .string(let text)): return text == text.uppercased()
        default: throw .unsupported("the test '\(name)'", line: line)
        }
    }
}
