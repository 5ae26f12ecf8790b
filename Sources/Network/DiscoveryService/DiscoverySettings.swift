public import Discovery
public import Multiformats
public import NodeRecords

/// How a node takes part in discovery.
public struct DiscoverySettings: Sendable {
    /// The address to listen at; unspecified for all of this machine's.
    public var host = IPAddress("0.0.0.0")
    /// For datagrams; 0 for any that is free.
    public var port: UInt16 = 30303
    /// Where others reach this node, if it is known; otherwise they tell.
    public var externalAddress: IPAddress?
    public var bootNodes: [BootNode] = []
    /// What the record says beside key and endpoint: the port of connections, the chain.
    public var entries = NodeRecordEntries()
    public var speaksVersion4 = true
    public var machine = DiscoveryConfiguration()
    /// Whether a node that was found is worth telling: of the same chain, say.
    public var isWanted: @Sendable (NodeContact) -> Bool = { _ in true }

    public init() {}
}

/// Why discovery did not begin.
public enum DiscoveryServiceError: Error, Sendable, CustomStringConvertible {
    case cannotListen(String)
    case badRecord(NodeRecordError)

    public var description: String {
        switch self {
        case .cannotListen(let problem): "discovery cannot listen: \(problem)"
        case .badRecord(let error): "discovery has no record: \(error)"
        }
    }
}
