public import Primitives
public import Secp256k1

/// A node that is known beforehand: a record or an `enode://` address.
public enum BootNode: Hashable, Sendable {
    case record(NodeRecord)
    case enode(EnodeURL)

    /// Reads `enr:…` or `enode://…`.
    public init(_ text: some StringProtocol) throws(NodeRecordError) {
        self = text.hasPrefix("enode://") ? .enode(try EnodeURL(text)) : .record(try NodeRecord(text: text))
    }

    public var publicKey: Secp256k1PublicKey {
        switch self {
        case .record(let record): record.publicKey
        case .enode(let url): url.publicKey
        }
    }

    public var nodeID: NodeID { publicKey.nodeID }

    public var udpEndpoint: NodeEndpoint? {
        switch self {
        case .record(let record): record.udpEndpoint
        case .enode(let url): url.udpEndpoint
        }
    }

    public var tcpEndpoint: NodeEndpoint? {
        switch self {
        case .record(let record): record.tcpEndpoint
        case .enode(let url): url.tcpEndpoint
        }
    }
}
