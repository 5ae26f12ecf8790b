public import NodeRecords

/// The bounds and paces of a discovery node. Times are milliseconds.
public struct DiscoveryConfiguration: Hashable, Sendable {
    public var table = NodeTable.Limits()
    public var sessions = 2_048
    /// Challenges that wait for their answers.
    public var challenges = 512
    /// Questions that wait for their answers, waiting ones included.
    public var requests = 256
    public var lookups = 8
    /// Datagrams of one address a second, and at once.
    public var datagramsPerSecond = 128.0
    public var datagramBurst = 256.0
    /// Challenges to one address a second, and at once.
    public var challengesPerSecond = 8.0
    public var challengeBurst = 32.0
    public var requestTimeout: UInt64 = 700
    public var handshakeTimeout: UInt64 = 1_000
    /// Between the checks of nodes that never answered, and of those that did.
    public var newCheckInterval: UInt64 = 250
    public var liveCheckInterval: UInt64 = 5_000
    /// How long a live node goes unchecked.
    public var liveCheckAge: UInt64 = 60_000
    /// Between lookups while fewer than `enough` nodes are live, and later.
    public var searchInterval: UInt64 = 10_000
    public var refreshInterval: UInt64 = 300_000
    public var enough = 16
    /// How many must agree where this node is seen; `nil` when its address is given and stays.
    public var endpointQuorum: Int? = 3

    public init() {}
}

/// What a discovery node learned.
public enum DiscoveryEvent: Sendable {
    /// A node answered for the first time, or with a newer record.
    case live(NodeContact)
    /// The lookup ended with the nearest that answered, nearest first.
    case lookupEnded(LookupID, [NodeContact])
    /// This node's own record is another now.
    case recordChanged(NodeRecord)
    /// A node of discovery 4 said where it sees this one.
    case seen(at: NodeEndpoint, by: NodeEndpoint)
    /// A request of another protocol, to be answered with `answerTalk`.
    case talkRequest(RequestID, from: NodeAddress, protocol: [UInt8], request: [UInt8])
    /// What a caller's request brought; `nil` when nothing came in time.
    case response(RequestID, DiscoveryMessage?)
}

/// Bytes for an endpoint.
public struct Datagram: Hashable, Sendable {
    public let bytes: [UInt8]
    public let endpoint: NodeEndpoint
}
