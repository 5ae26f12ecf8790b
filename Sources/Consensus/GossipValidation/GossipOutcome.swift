/// What a gossip condition makes of a message (phase0 p2p-interface, Topics and messages).
public enum GossipOutcome: Hashable, Sendable {
    /// Every condition holds: forward the message and use it.
    case accept
    /// Drop the message without a judgement of the peer: known already, too early, or not to be judged here.
    case ignore(GossipReason)
    /// Drop the message and hold it against the peer: no honest node forwards it.
    case reject(GossipReason)

    /// Why the message was not accepted, or `nil`.
    public var reason: GossipReason? {
        switch self {
        case .accept: nil
        case .ignore(let reason), .reject(let reason): reason
        }
    }
}

extension GossipOutcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .accept: "accepted"
        case .ignore(let reason): "ignored: \(reason)"
        case .reject(let reason): "rejected: \(reason)"
        }
    }
}

/// The specification's `GossipIgnore` and `GossipReject`, thrown at the first condition that does not hold.
enum GossipRefusal: Error {
    case ignore(GossipReason)
    case reject(GossipReason)

    var reason: GossipReason {
        switch self {
        case .ignore(let reason), .reject(let reason): reason
        }
    }
}

/// Throws `refusal` unless `condition` holds.
func demand(_ condition: Bool, _ refusal: @autoclosure () -> GossipRefusal) throws(GossipRefusal) {
    if !condition { throw refusal() }
}

/// What the state cannot answer is no fault of the message's sender: any error of `body` becomes an `ignore`.
func available<Value>(_ body: () throws -> Value) throws(GossipRefusal) -> Value {
    do {
        return try body()
    } catch {
        throw .ignore(.stateUnavailable)
    }
}
