/// Fills in a template. One evaluator renders once.
final class TemplateEvaluator {
    private var scopes: [[String: TemplateValue]]
    private var output: [UInt8] = []
    private var steps = 0
    private var work = 0
    private var depth = 0
    let clock: TemplateClock?

    init(_ variables: [String: TemplateValue], clock: TemplateClock?) {
        scopes = [variables]
        self.clock = clock
    }

    func render(_ nodes: [TemplateNode]) throws(TemplateError) -> String {
        _ = try run(nodes)
        return String(decoding: output, as: UTF8.self)
    }

    /// Why a list of nodes ended.
    private enum Ending {
        case done
        case leave
        case next
    }

    private func run(_ nodes: [TemplateNode]) throws(TemplateError) -> Ending {
        try enter()
        defer { depth -= 1 }
        for node in nodes {
            let ending = try run(node)
            if ending != .done { return ending }
        }
        return .done
    }

    private func run(_ node: TemplateNode) throws(TemplateError) -> Ending {
        try step()
        switch node {
        case .text(let text): try write(text)
        case .output(let expression): try write(try value(expression).text)
        case .branch(let branches, let otherwise):
            for branch in branches where try value(branch.condition).isTrue { return try run(branch.body) }
            return try run(otherwise)
        case .loop(let loop): try run(loop)
        case .set(let target, let expression): try assign(try value(expression), to: target)
        case .capture(let target, let nodes):
            let text = try captured(nodes)
            try assign(.string(text), to: target)
        case .macro(let macro): set(macro.name, .function(.macro(macro)))
        case .leave: return .leave
        case .next: return .next
        case .group(let nodes): return try run(nodes)
        }
        return .done
    }

    private func run(_ loop: TemplateLoop) throws(TemplateError) {
        var elements: [TemplateValue] = []
        for element in try self.elements(of: try value(loop.sequence)) {
            try step()
            guard let condition = loop.condition else {
                elements.append(element)
                continue
            }
            scopes.append([:])
            defer { scopes.removeLast() }
            try bind(element, to: loop.targets)
            if try value(condition).isTrue { elements.append(element) }
        }
        guard !elements.isEmpty else {
            _ = try run(loop.otherwise)
            return
        }
        for (index, element) in elements.enumerated() {
            // An empty body has no steps of its own.
            try step()
            scopes.append(["loop": .dictionary(Self.state(index, elements))])
            defer { scopes.removeLast() }
            try bind(element, to: loop.targets)
            if try run(loop.body) == .leave { return }
        }
    }

    /// What `loop` is inside a loop.
    private static func state(_ index: Int, _ elements: [TemplateValue]) -> TemplateDictionary {
        let count = elements.count
        return TemplateDictionary([
            "index": .int(index + 1), "index0": .int(index), "revindex": .int(count - index), "revindex0": .int(count - index - 1),
            "first": .bool(index == 0), "last": .bool(index == count - 1), "length": .int(count), "depth": .int(1), "depth0": .int(0),
            "previtem": index > 0 ? elements[index - 1] : .undefined("previtem"),
            "nextitem": index + 1 < count ? elements[index + 1] : .undefined("nextitem"),
        ])
    }

    private func bind(_ value: TemplateValue, to names: [String]) throws(TemplateError) {
        guard names.count > 1 else {
            set(names[0], value)
            return
        }
        let parts = try elements(of: value)
        guard parts.count == names.count else { throw .evaluation("\(parts.count) values for \(names.count) names") }
        for (name, part) in zip(names, parts) { set(name, part) }
    }

    private func assign(_ value: TemplateValue, to target: TemplateTarget) throws(TemplateError) {
        switch target {
        case .names(let names): try bind(value, to: names)
        case .member(let name, let member):
            guard case .namespace(let namespace) = lookup(name) else { throw .evaluation("'\(name)' is no namespace") }
            if case .namespace = value { throw .evaluation("a namespace inside another value") }
            namespace.members[member] = value
        }
    }

    /// The text that `nodes` write.
    private func captured(_ nodes: [TemplateNode]) throws(TemplateError) -> String {
        let outer = output
        output = []
        defer { output = outer }
        _ = try run(nodes)
        return String(decoding: output, as: UTF8.self)
    }

    /// Calls a macro: it sees its parameters and the template's own variables.
    func call(_ macro: TemplateMacro, _ arguments: TemplateValues) throws(TemplateError) -> TemplateValue {
        guard arguments.positional.count <= macro.parameters.count else {
            throw .evaluation("the macro \(macro.name) takes \(macro.parameters.count) arguments")
        }
        var scope: [String: TemplateValue] = [:]
        for (index, parameter) in macro.parameters.enumerated() {
            if index < arguments.positional.count {
                scope[parameter.name] = arguments.positional[index]
            } else if let given = arguments[parameter.name] {
                scope[parameter.name] = given
            } else {
                scope[parameter.name] =
                    try parameter.value.map { expression throws(TemplateError) in try value(expression) } ?? .undefined(parameter.name)
            }
        }
        let callers = scopes
        scopes = [callers[0], scope]
        defer { scopes = callers }
        return .string(try captured(macro.body))
    }

    // MARK: Names

    func lookup(_ name: String) -> TemplateValue {
        for scope in scopes.reversed() { if let value = scope[name] { return value } }
        return Self.globals.contains(name) ? .function(.builtin(name)) : .undefined(name)
    }

    private func set(_ name: String, _ value: TemplateValue) { scopes[scopes.count - 1][name] = value }

    // MARK: Limits

    func enter() throws(TemplateError) {
        depth += 1
        guard depth <= 4 * TemplateLimits.depth else {
            depth -= 1
            throw .limit("it is nested too deep")
        }
    }

    func leave() { depth -= 1 }

    func step() throws(TemplateError) {
        steps += 1
        guard steps <= TemplateLimits.steps else { throw .limit("it takes more than \(TemplateLimits.steps) steps") }
    }

    /// A string that the template made.
    func made(_ text: String) throws(TemplateError) -> TemplateValue {
        try spend(text.utf8.count)
        return .string(text)
    }

    /// Counts bytes, or elements, that the template made.
    func spend(_ count: Int) throws(TemplateError) {
        let (sum, overflow) = work.addingReportingOverflow(count)
        guard count <= TemplateLimits.outputBytes, !overflow, sum <= TemplateLimits.workBytes else {
            throw .limit("it makes texts that are too long")
        }
        work = sum
    }

    func list(_ elements: [TemplateValue]) throws(TemplateError) -> TemplateValue {
        guard elements.count <= TemplateLimits.listCount else { throw .limit("it makes a list of \(elements.count) elements") }
        return try weighed(.list(elements))
    }

    /// A value with others in it, as far as it stays within the limits.
    func weighed(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        var weight = 0
        try value.weigh(into: &weight)
        try spend(weight)
        return value
    }

    private func write(_ text: String) throws(TemplateError) {
        guard output.count + text.utf8.count <= TemplateLimits.outputBytes else { throw .limit("it writes too much") }
        output += text.utf8
    }
}

/// Evaluated arguments.
struct TemplateValues {
    var positional: [TemplateValue] = []
    var named: [(name: String, value: TemplateValue)] = []

    subscript(name: String) -> TemplateValue? { named.first { $0.name == name }?.value }

    /// The argument at `index`, or the one of this name.
    func value(_ index: Int, _ name: String) -> TemplateValue? { index < positional.count ? positional[index] : self[name] }
}
