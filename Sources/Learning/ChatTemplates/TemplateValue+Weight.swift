extension TemplateValue {
    /// Counts a value's parts and the bytes of its strings, as often as they would be written.
    ///
    /// A template may name one list many times in another, and that in a third: such a value is small in memory and endless on
    /// paper. Values are weighed when they are made, so nothing that walks one later needs a bound of its own.
    ///
    /// - Parameter weight: what was counted so far.
    /// - Throws: `limit` when the weight passes what may be written, or the nesting what may be nested.
    func weigh(into weight: inout Int, depth: Int = 1) throws(TemplateError) {
        guard depth <= TemplateLimits.depth else { throw .limit("values are nested deeper than \(TemplateLimits.depth)") }
        weight += 1
        switch self {
        case .undefined(let text), .string(let text): weight += text.utf8.count
        case .list(let elements):
            for element in elements { try element.weigh(into: &weight, depth: depth + 1) }
        case .dictionary(let dictionary):
            for key in dictionary.keys {
                weight += key.utf8.count
                try dictionary[key]?.weigh(into: &weight, depth: depth + 1)
            }
        case .function(.method(let value, _)): try value.weigh(into: &weight, depth: depth + 1)
        case .namespace: if depth > 1 { throw .evaluation("a namespace inside another value") }
        case .none, .bool, .int, .double, .function: break
        }
        guard weight <= TemplateLimits.outputBytes else { throw .limit("it makes values that are too large") }
    }
}
