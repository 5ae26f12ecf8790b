public import EngineTypes

/// Why an execution engine in another process gave no answer that can be used.
public enum RemoteEngineError: EngineRefusal, Hashable {
    case unreachable(String, reason: String)
    /// The token was not taken.
    case unauthorised(String, reason: String)
    case refused(method: String, status: Int, reason: String)
    /// A JSON-RPC error.
    case answered(method: String, code: Int, message: String)
    case malformed(method: String, reason: String)

    public var description: String {
        switch self {
        case .unreachable(let endpoint, let reason):
            "the execution engine at \(endpoint) does not answer (\(reason)): is polai geth running, and is --execution-endpoint right?"
        case .unauthorised(let endpoint, let reason):
            "the execution engine at \(endpoint) refuses the token (\(reason)): give both layers the same jwt.hex"
        case .refused(let method, let status, let reason): "\(method) was refused with HTTP status \(status): \(reason)"
        case .answered(let method, let code, let message): "\(method): \(message) (\(code))"
        case .malformed(let method, let reason): "the execution engine's answer to \(method) cannot be read: \(reason)"
        }
    }

    public var engineErrorCode: EngineErrorCode? {
        guard case .answered(_, let code, _) = self else { return nil }
        return EngineErrorCode(rawValue: code)
    }
}
