/// What `GET /dht/peers` tells.
public struct PeerListing: Sendable, Codable {
    public struct Peer: Sendable, Codable {
        public var id: String
        public var addresses: [String]
        /// What it says it is.
        public var agent: String?
        /// `inbound` where it dialled.
        public var direction: String?
        /// Set where the connection runs through a relay.
        public var isRelayed: Bool?
        public var connectedSeconds: Double?
        /// The last round trip that was measured.
        public var latencyMilliseconds: Double?
        /// Gossip's.
        public var score: Double?
        /// Why it is not connected.
        public var reason: String?
        /// Its node record (EIP-778), where one is known.
        public var enr: String?

        public init(id: String, addresses: [String]) {
            self.id = id
            self.addresses = addresses
        }
    }

    /// The subnets that a beacon node serves.
    public struct Subnets: Sendable, Codable {
        public var sequenceNumber: UInt64
        public var attestations: [Bool]
        public var syncCommittees: [Bool]

        public init(sequenceNumber: UInt64, attestations: [Bool], syncCommittees: [Bool]) {
            (self.sequenceNumber, self.attestations, self.syncCommittees) = (sequenceNumber, attestations, syncCommittees)
        }
    }

    /// This node's own libp2p peer id and addresses.
    public var own: Peer
    /// Those that are connected.
    public var peers: [Peer]
    /// Records held by this node.
    public var records: Int
    /// Those that could not be reached, each with the reason; a place to join at has no id.
    public var unreachable: [Peer]?
    /// Of a beacon node's own network.
    public var subnets: Subnets?
    /// Where this node answers discovery, as multiaddrs with UDP.
    public var discoveryAddresses: [String]?

    public init(own: Peer, peers: [Peer], records: Int, unreachable: [Peer]? = nil) {
        self.own = own
        self.peers = peers
        self.records = records
        self.unreachable = unreachable
    }
}

/// Knows the peers of a network: the DHT's, or the beacon node's.
public protocol PeerDirectory: Sendable {
    func listing() async -> PeerListing
}

/// A record as `GET /dht/records/{key}` shows it.
public struct RecordListing: Sendable {
    public var key: String
    public var value: [UInt8]
    /// Seconds since the Unix epoch.
    public var expires: Double

    public init(key: String, value: [UInt8], expires: Double) {
        (self.key, self.value, self.expires) = (key, value, expires)
    }
}

/// Finds records by their keys.
public protocol RecordDirectory: Sendable {
    func record(_ key: String) async throws -> RecordListing?
}
