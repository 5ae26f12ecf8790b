public import JSON

/// An error object of JSON-RPC 2.0 §5.1.
public struct RPCError: Error, Hashable, Sendable, CustomStringConvertible {
    public var code: Int
    public var message: String
    public var data: JSONValue?

    public init(code: Int, message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// -32700: the text is not JSON.
    public static func parseError(_ reason: String) -> Self { Self(code: -32700, message: "parse error: \(reason)") }
    /// -32600: JSON, but not a request.
    public static func invalidRequest(_ reason: String) -> Self { Self(code: -32600, message: "invalid request: \(reason)") }
    /// -32601.
    public static func methodNotFound(_ method: String) -> Self {
        Self(code: -32601, message: "the method \(method) does not exist/is not available")
    }
    /// -32602.
    public static func invalidParameters(_ reason: String) -> Self { Self(code: -32602, message: reason) }
    /// -32603: the node's own fault. What happened is in the node's log.
    public static let internalError = Self(code: -32603, message: "internal error")
    /// -32000: the request is sound, but cannot be served.
    public static func server(_ message: String) -> Self { Self(code: -32000, message: message) }
    /// -32001: subscriptions need a connection that stays, which HTTP is not.
    public static let noNotifications = Self(code: -32001, message: "notifications not supported")
    /// -32005: more than this node holds for one caller.
    public static func limitExceeded(_ message: String) -> Self { Self(code: -32005, message: message) }
    /// -32003: the answers of a batch are longer than the limit.
    public static let responseTooLarge = Self(code: -32003, message: "response too large")

    public var description: String { "\(message) (\(code))" }

    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("code", JSONValue(code)), .init("message", .string(message))]
        if let data { members.append(.init("data", data)) }
        return .object(members)
    }
}
