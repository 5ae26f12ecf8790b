public import JSON

/// Compares answers as the public suite does: JSON for JSON in any order of members, error messages left out.
public enum RPCComparison {
    /// The first difference with its path; `nil` when there is none.
    ///
    /// - Parameter onlyForm: whether values count by their kind alone.
    public static func difference(_ actual: JSONValue, expected: JSONValue, onlyForm: Bool) -> String? {
        var (actual, expected) = (actual, expected)
        if actual["error"] != nil, expected["error"] != nil {
            actual = withoutMessage(actual)
            expected = withoutMessage(expected)
        }
        return onlyForm ? formDifference(actual, expected, "") : valueDifference(actual, expected, "")
    }

    /// Messages are every client's own words.
    private static func withoutMessage(_ answer: JSONValue) -> JSONValue {
        guard let members = answer.object else { return answer }
        return .object(
            members.map { member in
                guard member.name == "error", let error = member.value.object else { return member }
                return .init("error", .object(error.filter { $0.name != "message" }))
            })
    }

    private static func valueDifference(_ actual: JSONValue, _ expected: JSONValue, _ path: String) -> String? {
        switch (actual, expected) {
        case (.object(let ours), .object(let theirs)):
            for member in theirs {
                guard let value = actual[member.name] else { return "\(path)/\(member.name) is missing" }
                if let found = valueDifference(value, member.value, "\(path)/\(member.name)") { return found }
            }
            guard let extra = ours.first(where: { expected[$0.name] == nil }) else { return nil }
            return "\(path)/\(extra.name) should not be there: \(short(extra.value))"
        case (.array(let ours), .array(let theirs)):
            for (index, (our, their)) in zip(ours, theirs).enumerated() {
                if let found = valueDifference(our, their, "\(path)/\(index)") { return found }
            }
            return ours.count == theirs.count ? nil : "\(path) has \(ours.count) elements instead of \(theirs.count)"
        case (.number(let ours), .number(let theirs)):
            return ours == theirs || actual.double == expected.double ? nil : "\(path) is \(ours) instead of \(theirs)"
        default: return actual == expected ? nil : "\(path) is \(short(actual)) instead of \(short(expected))"
        }
    }

    /// Members that are there, and kinds of values. A list may have another length; its elements have the form of the recorded ones.
    private static func formDifference(_ actual: JSONValue, _ expected: JSONValue, _ path: String) -> String? {
        switch (actual, expected) {
        case (.object, .object(let theirs)):
            for member in theirs {
                guard let value = actual[member.name] else {
                    // Addresses and nonces are no names: which are there depends on what was asked before.
                    if member.name.first?.isNumber == true { continue }
                    return "\(path)/\(member.name) is missing"
                }
                if let found = formDifference(value, member.value, "\(path)/\(member.name)") { return found }
            }
            return nil
        case (.array(let ours), .array(let theirs)):
            for (index, (our, their)) in zip(ours, theirs).enumerated() {
                if let found = formDifference(our, their, "\(path)/\(index)") { return found }
            }
            return nil
        default:
            return actual.kind == expected.kind ? nil : "\(path) is \(actual.kind) instead of \(expected.kind)"
        }
    }

    private static func short(_ value: JSONValue) -> String {
        let text = value.description
        return text.count > 120 ? text.prefix(120) + "…" : text
    }
}
