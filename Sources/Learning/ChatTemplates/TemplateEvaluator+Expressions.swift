extension TemplateEvaluator {
    func value(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        try step()
        try enter()
        defer { leave() }
        switch expression {
        case .none: return .none
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let text): return .string(text)
        case .name(let name): return lookup(name)
        case .list(let elements): return try list(try values(elements))
        case .dictionary(let entries):
            var dictionary = TemplateDictionary()
            for entry in entries {
                guard case .string(let key) = try value(entry.key) else { throw .evaluation("a key that is no string") }
                dictionary[key] = try value(entry.value)
            }
            return try weighed(.dictionary(dictionary))
        case .attribute(let object, let name): return try attribute(name, of: try value(object))
        case .item(let object, let index): return try item(try value(index), of: try value(object))
        case .slice(let object, let start, let stop, let step):
            return try slice(try value(object), try bound(start), try bound(stop), try bound(step))
        case .call(let function, let arguments): return try call(try value(function), try evaluated(arguments))
        case .filter(let operand, let name, let arguments, let line):
            return try filter(name, try value(operand), try evaluated(arguments), line: line)
        case .test(let operand, let name, let arguments, let line):
            return .bool(try test(name, try value(operand), try evaluated(arguments), line: line))
        case .not(let operand): return .bool(!(try value(operand)).isTrue)
        case .negate(let operand):
            switch try value(operand) {
            case .double(let value): return .double(-value)
            case let other:
                guard let number = other.integer, number != .min else { throw .evaluation("the negative of \(other.kind)") }
                return .int(-number)
            }
        case .and(let left, let right):
            let first = try value(left)
            return first.isTrue ? try value(right) : first
        case .or(let left, let right):
            let first = try value(left)
            return first.isTrue ? first : try value(right)
        case .binary(let operation, let left, let right): return try binary(operation, try value(left), try value(right))
        case .compare(let first, let rest):
            var left = try value(first)
            for (operation, expression) in rest {
                let right = try value(expression)
                guard try compare(operation, left, right) else { return .bool(false) }
                left = right
            }
            return .bool(true)
        case .choice(let chosen, let condition, let otherwise):
            if try value(condition).isTrue { return try value(chosen) }
            return try otherwise.map { expression throws(TemplateError) in try value(expression) } ?? .undefined("the other branch")
        }
    }

    private func values(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try value(expression)) }
        return values
    }

    private func evaluated(_ arguments: TemplateArguments) throws(TemplateError) -> TemplateValues {
        var result = TemplateValues(positional: try values(arguments.positional))
        for argument in arguments.named { result.named.append((argument.name, try value(argument.value))) }
        return result
    }

    // MARK: Members

    func attribute(_ name: String, of object: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch object {
        case .undefined: throw .evaluation("\(object.kind) has no '\(name)'")
        case .dictionary(let dictionary):
            // A method comes before a key, as in Python.
            if Self.dictionaryMethods.contains(name) { return .function(.method(object, name)) }
            return dictionary[name] ?? .undefined(name)
        case .namespace(let namespace): return namespace.members[name] ?? .undefined(name)
        case .string where Self.stringMethods.contains(name): return .function(.method(object, name))
        default: return .undefined(name)
        }
    }

    func item(_ index: TemplateValue, of object: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch (object, index) {
        case (.undefined, _): throw .evaluation("\(object.kind) has no elements")
        case (.dictionary(let dictionary), .string(let key)):
            if let value = dictionary[key] { return value }
            return Self.dictionaryMethods.contains(key) ? .function(.method(object, key)) : .undefined(key)
        case (.namespace(let namespace), .string(let key)): return namespace.members[key] ?? .undefined(key)
        case (.list(let elements), _):
            guard let place = index.integer.flatMap({ Self.place($0, elements.count) }) else { return .undefined(index.text) }
            return elements[place]
        case (.string(let text), _):
            if case .string(let name) = index { return try attribute(name, of: object) }
            let scalars = Array(text.unicodeScalars)
            guard let place = index.integer.flatMap({ Self.place($0, scalars.count) }) else { return .undefined(index.text) }
            try spend(scalars.count)
            return .string(String(Character(scalars[place])))
        default: return .undefined(index.text)
        }
    }

    /// Negative indices count from the end.
    private static func place(_ index: Int, _ count: Int) -> Int? {
        let place = index < 0 ? index &+ count : index
        return (0..<count).contains(place) ? place : nil
    }

    private func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
        guard let expression else { return nil }
        switch try value(expression) {
        case .none: return nil
        case let other:
            guard let bound = other.integer else { throw .evaluation("\(other.kind) as the bound of a slice") }
            return bound
        }
    }

    private func slice(_ object: TemplateValue, _ start: Int?, _ stop: Int?, _ step: Int?) throws(TemplateError) -> TemplateValue {
        let step = step ?? 1
        guard step != 0 else { throw .evaluation("a slice with the step 0") }
        func places(_ count: Int) -> [Int] {
            func clamped(_ bound: Int?, _ standard: Int) -> Int {
                guard var bound else { return standard }
                if bound < 0 { bound = max(step > 0 ? 0 : -1, bound &+ count) }
                return min(bound, step > 0 ? count : count - 1)
            }
            let first = clamped(start, step > 0 ? 0 : count - 1)
            let end = clamped(stop, step > 0 ? count : -1)
            return Array(stride(from: first, to: end, by: step))
        }
        switch object {
        case .list(let elements): return try list(places(elements.count).map { elements[$0] })
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            var result = ""
            for place in places(scalars.count) { result.unicodeScalars.append(scalars[place]) }
            try spend(scalars.count)
            return .string(result)
        default: throw .evaluation("a slice of \(object.kind)")
        }
    }

    /// What a loop over the value sees.
    func elements(of value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
        switch value {
        case .list(let elements): return elements
        case .dictionary(let dictionary): return dictionary.keys.map { .string($0) }
        case .string(let text):
            try spend(16 * text.utf8.count)
            return text.unicodeScalars.map { .string(String(Character($0))) }
        case .undefined: return []
        default: throw .evaluation("\(value.kind) has no elements")
        }
    }

    // MARK: Operators

    private func binary(
        _ operation: TemplateOperator, _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateError) -> TemplateValue {
        if operation == .concatenate { return try made(left.text + right.text) }
        switch (operation, left, right) {
        case (.add, .string(let a), .string(let b)): return try made(a + b)
        case (.add, .list(let a), .list(let b)): return try list(a + b)
        case (.multiply, .string(let text), .int(let count)), (.multiply, .int(let count), .string(let text)):
            let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: max(0, count))
            guard !overflow else { throw .limit("it makes texts that are too long") }
            try spend(size)
            return .string(String(repeating: text, count: max(0, count)))
        default: break
        }
        func fault() -> TemplateError { .evaluation("\(left.kind) \(operation.rawValue) \(right.kind)") }
        guard let a = left.number, let b = right.number else { throw fault() }
        if let a = left.integer, let b = right.integer, operation != .divide {
            let result: (Int, Bool)
            switch operation {
            case .add:
                let sum = a.addingReportingOverflow(b)
                result = (sum.partialValue, sum.overflow)
            case .subtract:
                let difference = a.subtractingReportingOverflow(b)
                result = (difference.partialValue, difference.overflow)
            case .multiply:
                let product = a.multipliedReportingOverflow(by: b)
                result = (product.partialValue, product.overflow)
            case .floorDivide, .modulo:
                guard b != 0 else { throw .evaluation("a division by zero") }
                guard !(a == .min && b == -1) else { throw .limit("numbers are too large") }
                // Python rounds down; the remainder has the divisor's sign.
                let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
                let isBelow = rest != 0 && (rest < 0) != (b < 0)
                result = (operation == .modulo ? (isBelow ? rest + b : rest) : (isBelow ? quotient - 1 : quotient), false)
            case .power:
                guard (0...64).contains(b) else { throw .limit("numbers are too large") }
                var (power, overflows) = (1, false)
                for _ in 0..<b {
                    let product = power.multipliedReportingOverflow(by: a)
                    (power, overflows) = (product.partialValue, overflows || product.overflow)
                }
                result = (power, overflows)
            default: throw fault()
            }
            guard !result.1 else { throw .limit("numbers are too large") }
            return .int(result.0)
        }
        switch operation {
        case .add: return .double(a + b)
        case .subtract: return .double(a - b)
        case .multiply: return .double(a * b)
        case .divide where b != 0: return .double(a / b)
        case .floorDivide where b != 0: return .double((a / b).rounded(.down))
        case .modulo where b != 0: return .double(a - (a / b).rounded(.down) * b)
        default: throw fault()
        }
    }

    func compare(_ operation: TemplateOperator, _ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
        switch operation {
        case .equal: return TemplateValue.equals(left, right)
        case .notEqual: return !TemplateValue.equals(left, right)
        case .isIn: return try contains(right, left)
        case .isNotIn: return !(try contains(right, left))
        default: break
        }
        let isLess: Bool
        let isEqual: Bool
        if let a = left.number, let b = right.number {
            (isLess, isEqual) = (a < b, a == b)
        } else if case .string(let a) = left, case .string(let b) = right {
            isLess = a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
            isEqual = TemplateValue.equals(left, right)
        } else {
            throw .evaluation("\(left.kind) \(operation.rawValue) \(right.kind)")
        }
        switch operation {
        case .less: return isLess
        case .lessOrEqual: return isLess || isEqual
        case .greater: return !isLess && !isEqual
        default: return !isLess
        }
    }

    private func contains(_ whole: TemplateValue, _ part: TemplateValue) throws(TemplateError) -> Bool {
        switch whole {
        case .string(let text):
            guard case .string(let wanted) = part else { throw .evaluation("\(part.kind) in a string") }
            return TemplateText(text).contains(TemplateText(wanted))
        case .list(let elements): return elements.contains { TemplateValue.equals($0, part) }
        case .dictionary(let dictionary): return if case .string(let key) = part { dictionary[key] != nil } else { false }
        case .undefined: return false
        default: throw .evaluation("in \(whole.kind)")
        }
    }
}
