/// Why a key or a signature over secp256k1 was refused.
public enum Secp256k1Error: Error, Equatable, Sendable, CustomStringConvertible {
    /// A private key that is zero or not below the group's order.
    case invalidPrivateKey
    /// Bytes that are no point of the curve.
    case invalidPublicKey
    /// r or s is not below the group's order.
    case invalidSignature
    /// A recovery id above 3.
    case invalidRecoveryID(UInt8)
    /// No public key could have made the signature.
    case notRecoverable

    public var description: String {
        switch self {
        case .invalidPrivateKey: "the private key is zero or not below the order of secp256k1"
        case .invalidPublicKey: "the public key is no point of secp256k1"
        case .invalidSignature: "the signature's r or s is not below the order of secp256k1"
        case .invalidRecoveryID(let id): "the recovery id \(id) is above 3"
        case .notRecoverable: "no public key belongs to this signature"
        }
    }
}
