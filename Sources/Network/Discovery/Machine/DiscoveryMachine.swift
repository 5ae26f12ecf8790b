import Multiformats
public import NodeRecords
public import Primitives
public import Secp256k1

/// A node of discovery 5.1 without sockets, clock or randomness of its own: datagrams and times go in, datagrams and events come
/// out. Times are milliseconds of a clock that only goes forward.
///
/// Nothing is answered with more bytes than it had before its sender has proved its endpoint: a challenge has 63 bytes, and no
/// packet that provokes one has fewer than 87.
public struct DiscoveryMachine: Sendable {
    public let configuration: DiscoveryConfiguration
    let key: Secp256k1PrivateKey
    /// What this node says of itself.
    public internal(set) var record: NodeRecord
    public var localID: NodeID { record.nodeID }
    public internal(set) var table: NodeTable

    var generator: any RandomNumberGenerator & Sendable
    var sessions: SessionCache
    /// The latest few for each address, oldest first.
    var challenges: [NodeAddress: [SentChallenge]] = [:]
    var requests: [RequestID: PendingRequest] = [:]
    var requestsByNonce: [PacketNonce: RequestID] = [:]
    var lookups: [LookupID: NodeLookup] = [:]
    var nextLookup: UInt64 = 0
    var votes: EndpointVotes
    var bootNodes: [NodeContact] = []
    var datagramBudget: Budget<IPAddress>
    var challengeBudget: Budget<IPAddress>
    var upkeep = TableUpkeep()

    var output: [Datagram] = []
    var events: [DiscoveryEvent] = []
    /// What arrived and was refused.
    public internal(set) var refusals: UInt64 = 0

    /// - Parameters:
    ///   - entries: what the node's record says beside its key.
    ///   - sequence: of the record; it must be above that of any record that was published before.
    public init(
        key: Secp256k1PrivateKey, entries: NodeRecordEntries, sequence: UInt64, configuration: DiscoveryConfiguration = .init(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) throws(NodeRecordError) {
        self.key = key
        self.configuration = configuration
        self.generator = generator
        record = try NodeRecord(entries, sequence: sequence, signedBy: key)
        table = NodeTable(localID: record.nodeID, limits: configuration.table)
        sessions = SessionCache(capacity: configuration.sessions)
        votes = EndpointVotes(quorum: configuration.endpointQuorum ?? 3)
        datagramBudget = Budget(perSecond: configuration.datagramsPerSecond, burst: configuration.datagramBurst, capacity: 4_096)
        challengeBudget = Budget(perSecond: configuration.challengesPerSecond, burst: configuration.challengeBurst, capacity: 4_096)
    }

    /// The datagrams to be sent since the last call.
    public mutating func takeOutput() -> [Datagram] {
        defer { output = [] }
        return output
    }

    /// What was learned since the last call.
    public mutating func takeEvents() -> [DiscoveryEvent] {
        defer { events = [] }
        return events
    }
}
