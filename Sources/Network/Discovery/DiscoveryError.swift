public import NodeRecords
public import RLP

/// Why a datagram of discovery was not taken. None is answered with more than silence.
public enum DiscoveryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer bytes than the smallest packet has, or more than the largest may have.
    case wrongSize(Int)
    /// Not for this node, or no packet of this protocol.
    case notDiscovery
    case unknownKind(UInt8)
    /// The header's authentication data has a length that its kind cannot have.
    case badAuthData
    /// A message that does not authenticate.
    case notAuthentic
    case malformed(RLPError)
    /// A number or a list over its limit: which.
    case overLimit(String)
    /// The identity proof of a handshake is not of the key that its record names.
    case badIdentityProof
    case badRecord(NodeRecordError)
    /// A key that is no point of the curve, or a signature of nobody's.
    case badKey
    /// A packet that was meant to be read until a time that is past.
    case expired(UInt64)

    public var description: String {
        switch self {
        case .wrongSize(let size): "a datagram of \(size) bytes is no discovery packet"
        case .notDiscovery: "a datagram that is no discovery packet for this node"
        case .unknownKind(let kind): "a discovery packet of unknown kind \(kind)"
        case .badAuthData: "a discovery packet's authentication data has a wrong length"
        case .notAuthentic: "a discovery message does not authenticate"
        case .malformed(let error): "a discovery message is malformed: \(error)"
        case .overLimit(let what): "a discovery message is over the limit of \(what)"
        case .badIdentityProof: "a discovery handshake is not signed by the key of its record"
        case .badRecord(let error): error.description
        case .badKey: "a discovery packet has a key or signature that is none"
        case .expired(let time): "a discovery packet expired at \(time)"
        }
    }
}
