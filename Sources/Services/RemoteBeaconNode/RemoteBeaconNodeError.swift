public import Primitives
import ServiceInterfaces

/// Why a remote beacon node could not be used.
public enum RemoteBeaconNodeError: Refusal, Hashable {
    /// The rule by which the node refused, as it named it.
    public struct Reason: Sendable, Hashable {
        public let rule: String
        public let fault: Fault
    }

    case invalidURL(String)
    /// No connection, or it broke.
    case unreachable(String, reason: String)
    case timedOut(String, seconds: Double)
    /// The node answered with an error status. Nodes of other programs give no reason that a program could read.
    case refused(path: String, status: Int, message: String, reason: Reason? = nil)
    case tooLong(path: String, limit: Int)
    /// The answer is not what the beacon API promises.
    case malformed(path: String, problem: String)
    /// The node's chain has other rules than this program knows.
    case otherRules(String)
    /// The node has not verified its own head, so nobody may vote on it.
    case optimistic(path: String)
    /// The beacon API has no way to do this.
    case notServed(String)

    public var description: String {
        switch self {
        case .invalidURL(let text): "'\(text)' is no address of a beacon node; write http://host:port, such as http://127.0.0.1:3500"
        case .unreachable(let node, let reason): "the beacon node \(node) cannot be reached: \(reason)"
        case .timedOut(let path, let seconds): "the beacon node did not answer \(path) within \(seconds) s"
        case .refused(let path, let status, let message, _): "the beacon node refused \(path) with status \(status): \(message)"
        case .tooLong(let path, let limit): "the beacon node's answer to \(path) is longer than \(limit) bytes"
        case .malformed(let path, let problem): "the beacon node's answer to \(path) is not as specified: \(problem)"
        case .otherRules(let problem): "the beacon node's chain has other rules than this program: \(problem)"
        case .optimistic(let path): "the beacon node has not verified the chain that it answered \(path) from; it is syncing"
        case .notServed(let what): "\(what)"
        }
    }

    public var rule: String {
        switch self {
        case .refused(_, let status, _, let reason): reason?.rule ?? "status-\(status)"
        case .optimistic: BeaconRule.optimisticHead
        case .invalidURL: "address"
        case .unreachable: "unreachable"
        case .timedOut: "timed-out"
        case .tooLong: "answer-too-long"
        case .malformed: "answer-malformed"
        case .otherRules: "other-chain"
        case .notServed: "not-served"
        }
    }

    public var fault: Fault {
        switch self {
        case .refused(_, let status, _, let reason): reason?.fault ?? Self.fault(of: status)
        case .optimistic, .unreachable, .timedOut: .circumstance
        case .invalidURL, .notServed: .sender
        case .tooLong, .malformed, .otherRules: .node
        }
    }

    /// Whose fault HTTP says that it is.
    private static func fault(of status: Int) -> Fault {
        switch status {
        case 429, 503: .circumstance
        case 400..<500: .sender
        default: .node
        }
    }
}
