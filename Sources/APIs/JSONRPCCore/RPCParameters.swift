public import JSON

/// The positional parameters of a request. Messages are worded as geth words them, because clients match on them.
public struct RPCParameters: Sendable {
    public let values: [JSONValue]
    /// The IP address of whoever calls; `nil` where the call came from none.
    public internal(set) var caller: String?

    public init(_ values: [JSONValue]) { self.values = values }

    /// Refuses more parameters than the method has.
    public func expect(atMost count: Int) throws(RPCError) {
        guard values.count <= count else { throw .invalidParameters("too many arguments, want at most \(count)") }
    }

    /// The parameter at `index`, or `nil` when it is absent or null.
    public func optional(_ index: Int) -> JSONValue? {
        guard index < values.count, !values[index].isNull else { return nil }
        return values[index]
    }

    public func required(_ index: Int) throws(RPCError) -> JSONValue {
        guard let value = optional(index) else { throw .invalidParameters("missing value for required argument \(index)") }
        return value
    }

    public func bool(_ index: Int) throws(RPCError) -> Bool {
        let value = try required(index)
        guard let bool = value.bool else { throw Self.invalid(index, "expected a boolean, found \(value.kind)") }
        return bool
    }

    public func string(_ index: Int) throws(RPCError) -> String {
        let value = try required(index)
        guard let string = value.string else { throw Self.invalid(index, "expected a string, found \(value.kind)") }
        return string
    }

    /// -32602 about the parameter at `index`.
    public static func invalid(_ index: Int, _ reason: String) -> RPCError { .invalidParameters("invalid argument \(index): \(reason)") }
}
