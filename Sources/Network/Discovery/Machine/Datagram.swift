public import NodeRecords

/// Bytes for an endpoint.
public struct Datagram: Hashable, Sendable {
    public let bytes: [UInt8]
    public let endpoint: NodeEndpoint
}
