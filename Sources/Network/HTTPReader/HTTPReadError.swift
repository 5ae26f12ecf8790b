/// Why there is no answer, or not all of it. The words never quote a request, whose headers may hold a secret.
public enum HTTPReadError: Error, Sendable, Hashable, CustomStringConvertible {
    case cancelled
    /// No connection, or it broke before the answer began.
    case unreachable(reason: String)
    case timedOut
    /// The answer is longer than this many bytes.
    case tooLong(limit: Int)
    /// The answer began and did not end.
    case brokenOff(reason: String)
    /// A redirect without an address to go to.
    case badRedirect(from: String)
    case redirectLoop(String)
    /// A redirect to an address that is neither encrypted nor on this machine.
    case unsafeRedirect(from: String, to: String)

    public var description: String {
        switch self {
        case .cancelled: "cancelled"
        case .unreachable(let reason), .brokenOff(let reason): reason
        case .timedOut: "no answer in time"
        case .tooLong(let limit): "the answer has more than \(limit) bytes"
        case .badRedirect(let url): "\(url) redirects to no address"
        case .redirectLoop(let url): "\(url) redirects in circles"
        case .unsafeRedirect(let from, let to): "\(from) redirects to \(to), which is not encrypted"
        }
    }
}
