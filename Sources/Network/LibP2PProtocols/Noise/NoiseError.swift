/// Why a Noise handshake or channel ended.
public enum NoiseError: Error, Equatable, Sendable, CustomStringConvertible {
    case shortMessage
    case badKey
    case authenticationFailed
    case nonceExhausted
    case outOfTurn
    case badPayload
    case badIdentityKey
    case badIdentitySignature
    /// The peer proved another identity than the one that was dialled.
    case wrongPeer(expected: String, actual: String)

    public var description: String {
        switch self {
        case .shortMessage: "a Noise message is too short"
        case .badKey: "a Noise message carries a key of low order or wrong length"
        case .authenticationFailed: "a Noise message does not authenticate"
        case .nonceExhausted: "the Noise channel has used up its nonces"
        case .outOfTurn: "a Noise handshake message out of turn"
        case .badPayload: "the Noise handshake payload is malformed"
        case .badIdentityKey: "the peer's identity key is malformed or of an unknown kind"
        case .badIdentitySignature: "the peer's identity key did not sign its Noise key"
        case .wrongPeer(let expected, let actual): "dialled \(expected), but \(actual) answered"
        }
    }
}
