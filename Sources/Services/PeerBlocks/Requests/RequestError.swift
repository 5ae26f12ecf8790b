import BeaconWire

/// Why a peer's answer is none.
public enum RequestError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The peer says so itself.
    case refused(code: UInt8, message: String)
    /// No honest node answers so.
    case malformed(String)
    /// The stream ended without an answer.
    case nothing
    /// More was asked for than the peer answers in the time that one waits.
    case overQuota

    public var description: String {
        switch self {
        case .refused(let code, let message): "the peer does not answer (\(code)): \(message)"
        case .malformed(let what): "the answer is malformed: \(what)"
        case .nothing: "no answer"
        case .overQuota: "the peer is asked for too much"
        }
    }
}
