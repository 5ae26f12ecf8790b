extension TemplateEvaluator {
    static let globals: Set<String> = ["raise_exception", "namespace", "range", "dict", "strftime_now"]
    static let dictionaryMethods: Set<String> = ["items", "keys", "values", "get"]
    static let stringMethods: Set<String> = [
        "strip", "lstrip", "rstrip", "split", "rsplit", "startswith", "endswith", "replace", "upper", "lower", "title", "capitalize",
        "join", "find", "count", "splitlines", "removeprefix", "removesuffix",
    ]

    func call(_ function: TemplateValue, _ arguments: TemplateValues) throws(TemplateError) -> TemplateValue {
        guard case .function(let function) = function else { throw .evaluation("a call of \(function.kind)") }
        switch function {
        case .macro(let macro): return try call(macro, arguments)
        case .builtin(let name): return try global(name, arguments)
        case .method(.dictionary(let dictionary), let name): return try method(name, of: dictionary, arguments)
        case .method(let value, let name): return try method(name, of: value.text, arguments)
        }
    }

    private func global(_ name: String, _ arguments: TemplateValues) throws(TemplateError) -> TemplateValue {
        switch name {
        case "raise_exception": throw .refused(arguments.value(0, "message")?.text ?? "")
        case "namespace", "dict":
            var members = TemplateDictionary()
            if case .dictionary(let given)? = arguments.positional.first { members = given }
            for argument in arguments.named { members[argument.name] = argument.value }
            let dictionary = try weighed(.dictionary(members))
            return name == "dict" ? dictionary : .namespace(TemplateNamespace(members))
        case "range":
            var bounds: [Int] = []
            for argument in arguments.positional {
                guard let bound = argument.integer else { throw .evaluation("range of \(argument.kind)") }
                bounds.append(bound)
            }
            guard (1...3).contains(bounds.count) else { throw .evaluation("range of \(bounds.count) arguments") }
            let (start, end, step) = (
                bounds.count > 1 ? bounds[0] : 0, bounds.count > 1 ? bounds[1] : bounds[0], bounds.count > 2 ? bounds[2] : 1
            )
            guard step != 0 else { throw .evaluation("range with the step 0") }
            guard let first = Optional(Double(end) - Double(start)), first / Double(step) <= Double(TemplateLimits.listCount) else {
                throw .limit("it makes a list of more than \(TemplateLimits.listCount) elements")
            }
            return try list(stride(from: start, to: end, by: step).map { .int($0) })
        default:
            guard let clock else { throw .evaluation("the time is not known here") }
            return try made(clock.format(arguments.value(0, "format")?.text ?? ""))
        }
    }

    private func method(
        _ name: String, of dictionary: TemplateDictionary, _ arguments: TemplateValues
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "items": return try list(dictionary.keys.map { .list([.string($0), dictionary[$0] ?? .none]) })
        case "keys": return try list(dictionary.keys.map { .string($0) })
        case "values": return try list(dictionary.keys.map { dictionary[$0] ?? .none })
        default:
            guard case .string(let key)? = arguments.positional.first else { return arguments.value(1, "default") ?? .none }
            return dictionary[key] ?? arguments.value(1, "default") ?? .none
        }
    }

    private func method(_ name: String, of string: String, _ arguments: TemplateValues) throws(TemplateError) -> TemplateValue {
        let text = TemplateText(string)
        func part(_ index: Int) throws(TemplateError) -> TemplateText {
            guard index < arguments.positional.count, case .string(let text) = arguments.positional[index] else {
                throw .evaluation("\(name) needs a string")
            }
            return TemplateText(text)
        }
        func matches(_ test: (TemplateText) -> Bool) throws(TemplateError) -> TemplateValue {
            // One string, or any of several.
            guard case .list(let several)? = arguments.positional.first else { return .bool(test(try part(0))) }
            return .bool(several.contains { test(TemplateText($0.text)) })
        }
        let set: String? = if case .string(let characters)? = arguments.positional.first { characters } else { nil }
        try spend(string.utf8.count)
        switch name {
        case "strip": return .string(text.stripped(set))
        case "lstrip": return .string(text.stripped(set, end: false))
        case "rstrip": return .string(text.stripped(set, start: false))
        case "split", "rsplit":
            if set == "" { throw .evaluation("split at an empty separator") }
            let limit = arguments.value(1, "maxsplit")?.integer ?? -1
            return try list(
                text.split(set.map { TemplateText($0) }, limit: limit < 0 ? .max : limit, fromEnd: name == "rsplit").map { .string($0) })
        case "splitlines": return try list(text.split(TemplateText("\n"), limit: .max, fromEnd: false).map { .string($0) })
        case "startswith": return try matches(text.hasPrefix)
        case "endswith": return try matches(text.hasSuffix)
        case "removeprefix":
            return .string(text.hasPrefix(try part(0)) ? String(string.unicodeScalars.dropFirst((set ?? "").unicodeScalars.count)) : string)
        case "removesuffix":
            return .string(text.hasSuffix(try part(0)) ? String(string.unicodeScalars.dropLast((set ?? "").unicodeScalars.count)) : string)
        case "find": return .int(text.index(of: try part(0)))
        case "count": return .int(text.count(of: try part(0)))
        case "replace": return try replaced(text, arguments)
        case "join": return try joined(try elements(of: arguments.positional.first ?? .none), string)
        default: return try cased(string, name)
        }
    }

    func replaced(_ text: TemplateText, _ arguments: TemplateValues) throws(TemplateError) -> TemplateValue {
        guard case .string(let old)? = arguments.value(0, "old"), case .string(let new)? = arguments.value(1, "new") else {
            throw .evaluation("replace needs two strings")
        }
        let limit = arguments.value(2, "count")?.integer ?? -1
        let (oldText, newText) = (TemplateText(old), TemplateText(new))
        // What it will take is known before it is made.
        let (growth, overflow) = text.count(of: oldText).multipliedReportingOverflow(by: new.utf8.count)
        guard !overflow else { throw .limit("it makes texts that are too long") }
        try spend(growth)
        return try made(text.replacing(oldText, newText, limit: limit < 0 ? .max : limit).string)
    }

    func joined(_ elements: [TemplateValue], _ separator: String) throws(TemplateError) -> TemplateValue {
        var result = ""
        for (index, element) in elements.enumerated() {
            if index > 0 { result += separator }
            result += element.text
            guard result.utf8.count <= TemplateLimits.outputBytes else { throw .limit("it makes texts that are too long") }
        }
        return try made(result)
    }

    /// `upper`, `lower`, `title` and `capitalize`.
    func cased(_ text: String, _ name: String) throws(TemplateError) -> TemplateValue {
        switch name {
        case "upper": return try made(text.uppercased())
        case "lower": return try made(text.lowercased())
        case "capitalize": return try made(text.prefix(1).uppercased() + text.dropFirst().lowercased())
        default:
            var result = ""
            var startsWord = true
            for character in text {
                result += startsWord ? character.uppercased() : character.lowercased()
                startsWord = !character.isLetter
            }
            return try made(result)
        }
    }
}
