public import Primitives

/// Why an AI engine in another process could not be used.
public enum RemoteAIEngineError: Refusal, Hashable {
    case badAddress(String)
    case unreachable(String, reason: String)
    case refused(status: Int, message: String)
    case notAnEngine(String)
    /// It sent other bytes than the adapter with this root.
    case wrongAdapter(Hash32)
    /// Its gate could not measure an adapter.
    case notMeasured(String)

    public var description: String {
        switch self {
        case .badAddress(let text): "'\(text.prefix(200))' is no address of an AI engine; write it as http://HOST:8552"
        case .unreachable(let address, let reason): "the AI engine at \(address) does not answer: \(reason)"
        case .refused(401, let message): "the AI engine refuses the token (\(message)): give both roles the same jwt.hex"
        case .refused(_, let message): "the AI engine refuses: \(message)"
        case .notAnEngine(let address): "what answers at \(address) is no AI engine that an averager can ask; is it 'polai ai-engine'?"
        case .wrongAdapter(let root): "the AI engine sent other bytes than the adapter \(root)"
        case .notMeasured(let reason): "the AI engine could not measure an adapter: \(reason)"
        }
    }

    public var rule: String {
        switch self {
        case .badAddress: "address"
        case .unreachable: "unreachable"
        case .refused(let status, _): "status-\(status)"
        case .notAnEngine, .wrongAdapter: "answer-malformed"
        case .notMeasured: "not-measured"
        }
    }

    public var fault: Fault {
        switch self {
        case .badAddress: .sender
        case .unreachable: .circumstance
        case .refused, .notAnEngine, .wrongAdapter, .notMeasured: .node
        }
    }
}
