public import NodeRecords
public import Primitives

/// A node at one endpoint: sessions and proofs hold for this pair alone.
public struct NodeAddress: Hashable, Sendable {
    public let id: NodeID
    public let endpoint: NodeEndpoint

    public init(id: NodeID, endpoint: NodeEndpoint) { (self.id, self.endpoint) = (id, endpoint) }
}
