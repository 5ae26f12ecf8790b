public import Multiformats
public import RLPx

/// How a node takes part in devp2p over TCP. Times are seconds.
public struct RLPxHostSettings: Sendable {
    /// The address to listen at; `nil` to dial only.
    public var host = IPAddress("0.0.0.0")
    /// 0 for any that is free.
    public var port: UInt16 = 30303
    public var clientID = "polai"
    /// The protocols that are spoken.
    public var offered: [OfferedCapability]
    public var maximumPeers = 50
    /// Of these, peers that dialled: the other places are for those that this node dials.
    public var maximumInbound = 25
    /// Connections of either direction that have not said hello yet.
    public var maximumGreeting = 16
    /// Connections of one network (/24 or /64); local networks are not limited.
    public var maximumPerNetwork = 8
    /// Until both hellos are there.
    public var greetingTimeout = 5.0
    /// Without a byte from the peer, after which it is asked whether it is there, and after which it is given up.
    public var pingAfter = 15.0
    public var silenceTimeout = 45.0
    /// Bytes of a message, uncompressed.
    public var maximumMessage = 10 << 20
    /// Bytes that may wait for a slow peer before it is given up.
    public var maximumUnsent = 16 << 20

    public init(offered: [OfferedCapability]) { self.offered = offered }
}

/// Why a connection was not made, or ended.
public enum RLPxHostError: Error, Sendable, CustomStringConvertible {
    case cannotListen(String)
    case cannotConnect(String)
    case timedOut
    /// By this side. `.tooManyPeers` says that it has no place left.
    case refused(DisconnectReason)
    /// The peer broke the rules of RLPx, or disconnected and said why.
    case protocolError(RLPxError)
    /// What handles the peer's messages ended the connection.
    case handler(any Error)
    /// The connection ended without a word: how.
    case lost(String)
    /// The peer takes its bytes too slowly.
    case tooSlow
    case stopped

    public var description: String {
        switch self {
        case .cannotListen(let problem): "devp2p cannot listen: \(problem)"
        case .cannotConnect(let problem): "the peer cannot be reached: \(problem)"
        case .timedOut: "the peer did not answer in time"
        case .refused(let reason): "the peer was refused: \(reason)"
        case .protocolError(let error): error.description
        case .handler(let error): "\(error)"
        case .lost(let how): "the connection was lost: \(how)"
        case .tooSlow: "the peer takes its bytes too slowly"
        case .stopped: "devp2p is stopped"
        }
    }

    /// An error that a handler threw.
    init(handler error: any Error) { self = error as? RLPxHostError ?? .handler(error) }

    /// What the peer is told.
    var reason: DisconnectReason {
        switch self {
        case .refused(let reason): reason
        case .protocolError(let error): error.reason
        case .timedOut: .pingTimeout
        case .handler: .subprotocol
        case .stopped: .quitting
        case .cannotListen, .cannotConnect, .lost, .tooSlow: .networkError
        }
    }
}
