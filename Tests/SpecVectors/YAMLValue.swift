/// The subset of YAML that the official vectors are written in: block mappings, block sequences, plain and quoted
/// scalars on one line, and flow collections of scalars.
public enum YAMLValue: Hashable, Sendable {
    /// A scalar's text without its quotation marks.
    case scalar(String)
    case sequence([YAMLValue])
    case mapping([String: YAMLValue])

    /// Parses one document; `nil` for anything outside the subset.
    public init?(parsing text: String) {
        var parser = YAMLParser(text)
        guard let value = parser.parseDocument() else { return nil }
        self = value
    }

    public subscript(key: String) -> YAMLValue? {
        guard case .mapping(let members) = self else { return nil }
        return members[key]
    }

    public var text: String? {
        guard case .scalar(let text) = self else { return nil }
        return text
    }

    public var elements: [YAMLValue]? {
        guard case .sequence(let elements) = self else { return nil }
        return elements
    }

    /// A decimal number of at most 64 bits.
    public var uint64: UInt64? { text.flatMap { UInt64($0) } }

    public var bool: Bool? { text.flatMap { Bool($0) } }
}
