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
    /// Connections that have not said hello yet.
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
    case refused(DisconnectReason)
    case protocolError(RLPxError)
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
        case .tooSlow: "the peer takes its bytes too slowly"
        case .stopped: "devp2p is stopped"
        }
    }
}
