/// What `GET /dht/peers` tells.
public struct PeerListing: Sendable, Codable {
    public struct Peer: Sendable, Codable {
        public var id: String
        public var addresses: [String]

        public init(id: String, addresses: [String]) {
            self.id = id
            self.addresses = addresses
        }
    }

    /// This node's own libp2p peer id and addresses.
    public var own: Peer
    public var peers: [Peer]
    /// Records held by this node.
    public var records: Int

    public init(own: Peer, peers: [Peer], records: Int) {
        self.own = own
        self.peers = peers
        self.records = records
    }
}

/// Knows the peers of the DHT.
public protocol PeerDirectory: Sendable {
    func listing() async -> PeerListing
}
