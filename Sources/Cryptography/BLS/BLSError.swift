public import Primitives

/// Why a key, a signature or an aggregation was refused.
public enum BLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A secret key of the wrong number of bytes.
    case secretKeyLength(Int)
    /// A secret key that is zero or not below the group order.
    case secretKeyOutOfRange
    /// No point of the curve is encoded by these 48 bytes, or it is the point at infinity or outside G1.
    case invalidPublicKey(Bytes48)
    /// No point of the curve is encoded by these 96 bytes, or it is outside G2.
    case invalidSignature(Bytes96)
    /// An aggregation over nothing.
    case nothingToAggregate

    public var description: String {
        switch self {
        case .secretKeyLength(let count):
            "a BLS secret key has 32 bytes, got \(count); check where the key was read from"
        case .secretKeyOutOfRange:
            "the BLS secret key is zero or not below the group order; derive keys by EIP-2333"
        case .invalidPublicKey(let bytes):
            "\(bytes.hex) is not a valid BLS public key (a point of G1 other than infinity)"
        case .invalidSignature(let bytes):
            "\(bytes.hex) is not a valid BLS signature (a point of G2)"
        case .nothingToAggregate:
            "aggregation needs at least one key or signature, got none"
        }
    }
}
