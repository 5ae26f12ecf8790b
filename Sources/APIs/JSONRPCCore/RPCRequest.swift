import JSON

/// One request object of JSON-RPC 2.0 §4.
struct RPCRequest {
    /// A string, a number or null; `nil` for a notification, which gets no answer.
    let id: JSONValue?
    let method: String
    let parameters: RPCParameters

    /// - Throws: `invalidRequest`, or `invalidParameters` for parameters by name.
    init(_ value: JSONValue) throws(RPCError) {
        guard value.object != nil else { throw .invalidRequest("expected an object, found \(value.kind)") }
        guard value["jsonrpc"] == "2.0" else { throw .invalidRequest("the member jsonrpc must be \"2.0\"") }
        guard let method = value["method"]?.string else { throw .invalidRequest("the member method must be a string") }
        if let id = value["id"] {
            guard Self.isValidID(id) else { throw .invalidRequest("an id is a string, a number or null") }
        }
        id = value["id"]
        self.method = method
        switch value["params"] {
        case nil, .null: parameters = RPCParameters([])
        case .array(let elements): parameters = RPCParameters(elements)
        default: throw .invalidParameters("non-array args")
        }
    }

    static func isValidID(_ id: JSONValue) -> Bool {
        switch id {
        case .null, .number, .string: true
        default: false
        }
    }
}
