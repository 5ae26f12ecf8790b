/// Why a side disconnects (rlpx.md, "Disconnect").
public enum DisconnectReason: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case requested = 0x00
    case networkError = 0x01
    case protocolBreach = 0x02
    case uselessPeer = 0x03
    case tooManyPeers = 0x04
    case alreadyConnected = 0x05
    case incompatibleVersion = 0x06
    case nullIdentity = 0x07
    case quitting = 0x08
    case unexpectedIdentity = 0x09
    case isThisNode = 0x0a
    case pingTimeout = 0x0b
    case subprotocol = 0x10

    public var description: String {
        switch self {
        case .requested: "requested"
        case .networkError: "network error"
        case .protocolBreach: "breach of protocol"
        case .uselessPeer: "useless peer"
        case .tooManyPeers: "too many peers"
        case .alreadyConnected: "already connected"
        case .incompatibleVersion: "incompatible version"
        case .nullIdentity: "null identity"
        case .quitting: "quitting"
        case .unexpectedIdentity: "unexpected identity"
        case .isThisNode: "connected to itself"
        case .pingTimeout: "no answer to a ping"
        case .subprotocol: "a reason of its protocol"
        }
    }
}
