public import NodeRecords
public import Primitives
public import Secp256k1

/// A node and where datagrams reach it.
public struct NodeContact: Hashable, Sendable {
    public let publicKey: Secp256k1PublicKey
    public let nodeID: NodeID
    public let endpoint: NodeEndpoint
    /// The port of its connections; 0 where none is known.
    public let tcp: UInt16
    /// What it says of itself, where that is known.
    public let record: NodeRecord?

    public init(publicKey: Secp256k1PublicKey, endpoint: NodeEndpoint, tcp: UInt16, record: NodeRecord? = nil) {
        (self.publicKey, nodeID, self.endpoint, self.tcp, self.record) = (publicKey, publicKey.nodeID, endpoint, tcp, record)
    }

    /// `nil` where the record names no endpoint for datagrams.
    public init?(_ record: NodeRecord) {
        guard let endpoint = record.udpEndpoint else { return nil }
        (publicKey, nodeID, self.endpoint, tcp, self.record) = (
            record.publicKey, record.nodeID, endpoint, record.tcpEndpoint?.port ?? 0, record
        )
    }

    /// `nil` where its host is a name, or it takes no datagrams.
    public init?(_ boot: BootNode) {
        switch boot {
        case .record(let record): self.init(record)
        case .enode(let url):
            guard let endpoint = url.udpEndpoint else { return nil }
            self.init(publicKey: url.publicKey, endpoint: endpoint, tcp: url.tcp)
        }
    }

    public var address: NodeAddress { NodeAddress(id: nodeID, endpoint: endpoint) }
}
