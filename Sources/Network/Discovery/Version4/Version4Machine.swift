import Multiformats
public import NodeRecords
public import Primitives
public import Secp256k1

/// A node of discovery 4 without sockets, clock or randomness of its own. Times are milliseconds of a clock that only goes forward;
/// packets also carry seconds since 1970, after which they are not read.
///
/// A ping is answered by a pong and a ping at most, together less than three times its size; whatever is longer goes only to who
/// has proved its endpoint by a pong in the last twelve hours.
public struct Version4Machine: Sendable {
    /// Milliseconds for which a proof holds.
    static let proofLifetime: UInt64 = 12 * 3_600_000
    static let maximumProofs = 4_096
    /// Seconds for which a packet may be read.
    static let packetLifetime: UInt64 = 20

    /// What is known of a node at one endpoint.
    struct Proof: Sendable {
        /// When its last valid pong came, and its last ping, which proves this node's endpoint to it.
        var pong: UInt64?
        var ping: UInt64?
        var lastUse: UInt64
        /// The lowest is given up first: anyone can have many addresses that proved nothing.
        var worth: (Int, UInt64) { (pong == nil ? 0 : 1, lastUse) }
    }

    struct SentPing: Sendable {
        let contact: NodeContact
        let hash: Hash32
        let deadline: UInt64
        /// Whether a failure counts against its place in the table.
        let isCheck: Bool
    }

    /// A question in a lookup and how far it has come.
    struct Query: Sendable {
        enum Stage: Sendable { case proving, waitingForPing, asked }

        let contact: NodeContact
        let lookup: LookupID
        let target: FixedBytes<64>
        var stage: Stage
        var deadline: UInt64
        var found: [NodeContact] = []
        /// Whether an answer came, perhaps with no nodes.
        var isAnswered = false
    }

    public let configuration: DiscoveryConfiguration
    let key: Secp256k1PrivateKey
    /// What this node says of itself; whoever runs both versions keeps it the same.
    public var record: NodeRecord
    public var localID: NodeID { record.nodeID }
    public internal(set) var table: NodeTable

    var generator: any RandomNumberGenerator & Sendable
    var proofs: [NodeAddress: Proof] = [:]
    /// By whom they ask: those to one endpoint in one second are the same bytes and have the same hash.
    var pings: [NodeAddress: SentPing] = [:]
    var queries: [NodeAddress: Query] = [:]
    /// By whom they ask, for the same reason.
    var recordRequests: [NodeAddress: (contact: NodeContact, hash: Hash32, deadline: UInt64)] = [:]
    /// Nodes to ask for their records once they have this node's proof, and when to ask those that send no ping for it.
    var wantedRecords: [NodeAddress: UInt64] = [:]
    var lookups: [LookupID: (lookup: NodeLookup, target: FixedBytes<64>)] = [:]
    var nextLookup: UInt64 = 0
    var bootNodes: [NodeContact] = []
    var budget: Budget<IPAddress>
    var upkeep = TableUpkeep()
    /// Whether the next search is for somewhere else than this node's own neighbours.
    var looksElsewhere = false

    var output: [Datagram] = []
    var events: [DiscoveryEvent] = []
    public internal(set) var refusals: UInt64 = 0

    public init(
        key: Secp256k1PrivateKey, record: NodeRecord, configuration: DiscoveryConfiguration = .init(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        (self.key, self.record, self.configuration, self.generator) = (key, record, configuration, generator)
        table = NodeTable(localID: record.nodeID, limits: configuration.table)
        let share = configuration.version4Share
        budget = Budget(
            perSecond: configuration.datagramsPerSecond * share, burst: configuration.datagramBurst * share, capacity: 4_096)
    }

    public mutating func takeOutput() -> [Datagram] {
        defer { output = [] }
        return output
    }

    public mutating func takeEvents() -> [DiscoveryEvent] {
        defer { events = [] }
        return events
    }

    // MARK: Sending

    @discardableResult
    mutating func send(_ message: Version4Message, to endpoint: NodeEndpoint) -> Hash32 {
        let (bytes, hash) = Version4Packet.datagram(message, by: key)
        output.append(Datagram(bytes: bytes, endpoint: endpoint))
        return hash
    }

    /// Asks whether a node is there, unless it is being asked.
    mutating func ping(_ contact: NodeContact, isCheck: Bool, now: UInt64, unixTime: UInt64) {
        guard contact.nodeID != localID, pings.count < configuration.requests, pings[contact.address] == nil else { return }
        let own = Version4Endpoint(address: record.ip4 ?? record.ip6, udp: record.udp ?? 0, tcp: record.tcp ?? 0)
        let message = Version4Message.ping(
            version: 4, from: own, to: Version4Endpoint(contact.endpoint), expires: unixTime + Self.packetLifetime,
            recordSequence: record.sequence)
        let hash = send(message, to: contact.endpoint)
        pings[contact.address] = SentPing(
            contact: contact, hash: hash, deadline: now + configuration.requestTimeout, isCheck: isCheck)
    }

    // MARK: Proofs

    /// Whether who is at this address has proved it.
    func hasProved(_ address: NodeAddress, now: UInt64) -> Bool {
        proofs[address]?.pong.map { $0 + Self.proofLifetime > now } ?? false
    }

    mutating func note(_ address: NodeAddress, now: UInt64, _ change: (inout Proof) -> Void) {
        if proofs[address] == nil, proofs.count >= Self.maximumProofs {
            let lowest = proofs.sorted { $0.value.worth < $1.value.worth }
            for entry in lowest.prefix(Self.maximumProofs / 8) { proofs[entry.key] = nil }
        }
        var proof = proofs[address] ?? Proof(lastUse: now)
        proof.lastUse = now
        change(&proof)
        proofs[address] = proof
    }
}
