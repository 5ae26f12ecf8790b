/// A value while a template is rendered, as Python has it.
enum TemplateValue {
    /// A name, key or attribute that is not there; it says which.
    case undefined(String)
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case list([TemplateValue])
    case dictionary(TemplateDictionary)
    case namespace(TemplateNamespace)
    case function(TemplateFunction)

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let elements): !elements.isEmpty
        case .dictionary(let dictionary): !dictionary.keys.isEmpty
        case .namespace, .function: true
        }
    }

    /// What it is, in the words of an error.
    var kind: String {
        switch self {
        case .undefined(let name): "'\(name)', which is undefined,"
        case .none: "none"
        case .bool: "a truth value"
        case .int, .double: "a number"
        case .string: "a string"
        case .list: "a list"
        case .dictionary: "a dictionary"
        case .namespace: "a namespace"
        case .function: "a function"
        }
    }

    /// Python's `==`.
    static func equals(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): true
        // Code points, not Unicode's canonical equivalence.
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { equals($0, $1) }
        case (.dictionary(let a), .dictionary(let b)):
            a.keys.count == b.keys.count && a.keys.allSatisfy { key in b[key].map { equals(a[key] ?? .none, $0) } ?? false }
        case (.namespace(let a), .namespace(let b)): a === b
        default:
            if let a = left.number, let b = right.number { a == b } else { false }
        }
    }

    /// The number that Python sees in it: truth values are 0 and 1.
    var number: Double? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    var integer: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): value
        default: nil
        }
    }
}

/// A dictionary of string keys in the order they were put in.
struct TemplateDictionary {
    private(set) var keys: [String] = []
    private var values: [String: TemplateValue] = [:]

    init() {}

    init(_ pairs: KeyValuePairs<String, TemplateValue>) { for (key, value) in pairs { self[key] = value } }

    subscript(key: String) -> TemplateValue? {
        get { values[key] }
        set {
            if values.updateValue(newValue ?? .none, forKey: key) == nil { keys.append(key) }
        }
    }
}

/// What `namespace()` makes: members that can be set from inside a loop.
final class TemplateNamespace {
    var members: TemplateDictionary
    init(_ members: TemplateDictionary) { self.members = members }
}

/// What can be called.
indirect enum TemplateFunction {
    /// A function of the language, or a method of the value.
    case builtin(String)
    case method(TemplateValue, String)
    case macro(TemplateMacro)
}
