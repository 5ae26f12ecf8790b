/// Why a peer key, id or envelope was refused.
public enum PeerIdentityError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidKey
    case unsupportedKeyType(UInt64)
    case malformedEnvelope(String)
    case wrongDomain(expectedPayloadType: [UInt8], actual: [UInt8])
    case badSignature

    public var description: String {
        switch self {
        case .invalidKey: "the bytes are no Ed25519 key"
        case .unsupportedKeyType(let type): "libp2p key type \(type) is not supported; use Ed25519"
        case .malformedEnvelope(let what): "the signed envelope is malformed: \(what)"
        case .wrongDomain: "the signed envelope carries another type of payload"
        case .badSignature: "the signature of the peer key does not verify"
        }
    }
}
