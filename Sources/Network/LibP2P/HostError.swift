public import LibP2PProtocols

/// Why a call on a host, a connection or a stream failed.
public enum HostError: Error, Sendable, CustomStringConvertible {
    case closed
    case streamReset
    case streamEnded
    case timedOut(String)
    case connection(ConnectionError)
    case negotiation(MultistreamError)
    case muxer(YamuxError)
    case wire(WireError)
    case resources(ResourceLedger.Exceeded)
    case noAddress(String)
    /// Every address failed, each for its own reason.
    case unreachable([String])
    case notConnected
    /// A relay refused.
    case relay(RelayStatus)
    /// Somebody, this host perhaps, does not do what was asked.
    case refused(String)
    /// What was dialled is this host.
    case itself

    public var description: String {
        switch self {
        case .closed: "the connection is closed"
        case .streamReset: "the peer reset the stream"
        case .streamEnded: "the stream ended early"
        case .timedOut(let what): "\(what) took too long"
        case .connection(let error): "\(error)"
        case .negotiation(let error): "\(error)"
        case .muxer(let error): "\(error)"
        case .wire(let error): "\(error)"
        case .resources(let error): "\(error)"
        case .noAddress(let what): "no address to dial: \(what)"
        case .unreachable(let reasons): "no address answered: " + reasons.joined(separator: "; ")
        case .relay(let status): "\(status)"
        case .refused(let why): why
        case .notConnected: "the peer is not connected"
        case .itself: "that is this node itself"
        }
    }
}
