public import RLP

/// Why a node record or a node's address was refused.
public enum NodeRecordError: Error, Equatable, Sendable, CustomStringConvertible {
    /// More than 300 bytes of RLP (EIP-778).
    case tooLarge(Int)
    case malformed(RLPError)
    /// The text does not begin with `enr:`, or what follows is not base64 without padding.
    case badText
    /// A key that is not above the one before it.
    case unsortedKeys
    /// An identity scheme other than `v4`.
    case unknownScheme
    /// The `secp256k1` entry is missing or no point of the curve.
    case badPublicKey
    case badSignature
    /// No `enode://` address: which part is wrong.
    case badEnode(String)

    public var description: String {
        switch self {
        case .tooLarge(let size): "a node record of \(size) bytes is over the limit of \(NodeRecord.maximumSize)"
        case .malformed(let error): "a node record is malformed: \(error)"
        case .badText: "no node record: its text is enr: and base64 in the alphabet for addresses, without padding"
        case .unsortedKeys: "a node record's keys are not in order, or one stands twice"
        case .unknownScheme: "a node record's identity scheme is not v4"
        case .badPublicKey: "a node record has no secp256k1 key, or one that is no point of the curve"
        case .badSignature: "a node record is not signed by its own key"
        case .badEnode(let part): "no enode address: \(part) is missing or wrong, write it like enode://KEY@127.0.0.1:30303"
        }
    }
}
