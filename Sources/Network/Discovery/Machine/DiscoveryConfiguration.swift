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
    /// What discovery 4 takes of that: each of its packets costs a signature check.
    public var version4Share = 0.25
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
