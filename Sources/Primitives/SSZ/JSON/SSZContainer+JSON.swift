public import JSON

extension SSZContainer {
    public func json(_ shape: Shape) -> JSONValue {
        var copy = self
        var visitor = JSONWritingVisitor()
        copy.visitFields(&visitor, shape)
        return .object(visitor.members)
    }

    public init(json: JSONValue, _ shape: Shape) throws(SSZError) {
        guard let members = json.object else { throw .unexpectedJSON("an object", json) }
        self.init()
        var visitor = JSONReadingVisitor(members)
        try visitFields(&visitor, shape)
    }
}

/// Collects the fields as members of a JSON object.
struct JSONWritingVisitor: SSZFieldVisitor {
    typealias Failure = Never

    var members: [JSONValue.Member] = []

    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        members.append(JSONValue.Member("\(name)", value.json(shape)))
    }
}

/// Reads the fields from a JSON object. Every field must be there.
struct JSONReadingVisitor: SSZFieldVisitor {
    typealias Failure = SSZError

    private let members: [JSONValue.Member]
    private var next = 0

    init(_ members: [JSONValue.Member]) { self.members = members }

    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) throws(SSZError) {
        do {
            value = try Value(json: try member("\(name)"), shape)
        } catch {
            throw error.inside(field: name)
        }
    }

    /// The member of that name. Members usually come in the container's order, so the search begins behind the last hit.
    private mutating func member(_ name: String) throws(SSZError) -> JSONValue {
        for step in members.indices {
            let index = (next + step) % members.count
            if members[index].isNamed(name) {
                next = index + 1
                return members[index].value
            }
        }
        throw SSZError(.missingField)
    }
}
