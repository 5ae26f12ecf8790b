/// Why a peer's certificate proves nothing, or the TLS channel is none of libp2p's.
public enum TLSIdentityError: Error, Equatable, Sendable, CustomStringConvertible {
    /// libp2p's peers send exactly one.
    case certificates(Int)
    case malformedCertificate
    case notValidNow
    case badSelfSignature
    case noIdentity
    case malformedIdentity
    /// An extension that must be understood, and is not.
    case unknownCriticalExtension(String)
    case badIdentitySignature
    /// The peer proved another identity than the one that was dialled.
    case wrongPeer(expected: String, actual: String)
    /// The peers agreed on no application protocol.
    case noApplicationProtocol
    /// The handshake ended without a certificate of the peer's.
    case notAuthenticated
    case handshake(String)

    public var description: String {
        switch self {
        case .certificates(let count): "the peer sent \(count) certificates instead of one"
        case .malformedCertificate: "the peer's certificate is malformed or too large"
        case .notValidNow: "the peer's certificate is not valid now"
        case .badSelfSignature: "the peer's certificate is not signed by its own key"
        case .noIdentity: "the peer's certificate has no libp2p extension"
        case .malformedIdentity: "the libp2p extension of the peer's certificate is malformed"
        case .unknownCriticalExtension(let oid): "the peer's certificate has an unknown critical extension, \(oid.prefix(64))"
        case .badIdentitySignature: "the peer's identity key did not sign its certificate's key"
        case .wrongPeer(let expected, let actual): "dialled \(expected), but \(actual) answered"
        case .noApplicationProtocol: "the peers agreed on no application protocol over TLS"
        case .notAuthenticated: "the peer sent no certificate"
        case .handshake(let reason): "TLS: \(reason.prefix(200))"
        }
    }
}
