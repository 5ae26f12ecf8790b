public import RLP

/// Why a connection of RLPx ends.
public enum RLPxError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A handshake packet whose size is none.
    case handshakeSize(Int)
    /// A handshake packet or a frame that does not authenticate.
    case notAuthentic
    case badKey
    case malformed(RLPError)
    /// A frame or a message over its limit of bytes.
    case tooLarge(limit: Int, actual: Int)
    /// Bytes that Snappy did not make.
    case badCompression
    /// A message before the hello, a second hello, or one that no shared capability has.
    case unexpected(message: UInt64)
    /// The peer is another than was dialled, or says so in its hello.
    case wrongIdentity
    /// The peer has this node's own key.
    case selfDial
    /// No capability is shared.
    case uselessPeer
    /// The peer's hello is of a version that does not compress.
    case incompatibleVersion(UInt64)
    case disconnected(DisconnectReason)
    /// The connection has ended.
    case closed

    public var description: String {
        switch self {
        case .handshakeSize(let size): "an RLPx handshake packet of \(size) bytes"
        case .notAuthentic: "an RLPx packet does not authenticate"
        case .badKey: "an RLPx packet has a key or signature that is none"
        case .malformed(let error): "an RLPx message is malformed: \(error)"
        case .tooLarge(let limit, let actual): "an RLPx message of \(actual) bytes is over the limit of \(limit)"
        case .badCompression: "an RLPx message is not compressed as it should be"
        case .unexpected(let message): "RLPx message \(message) is not expected"
        case .wrongIdentity: "the peer is not who it should be"
        case .selfDial: "the peer is this node"
        case .uselessPeer: "the peer shares no protocol"
        case .incompatibleVersion(let version): "the peer speaks version \(version) of devp2p"
        case .disconnected(let reason): "the peer disconnected: \(reason)"
        case .closed: "the RLPx connection has ended"
        }
    }

    /// What the peer is told.
    public var reason: DisconnectReason {
        switch self {
        case .wrongIdentity: .unexpectedIdentity
        case .selfDial: .isThisNode
        case .uselessPeer: .uselessPeer
        case .incompatibleVersion: .incompatibleVersion
        case .disconnected, .closed: .requested
        default: .protocolBreach
        }
    }
}
