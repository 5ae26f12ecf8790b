public import Multiformats
public import PeerIdentity

/// The peers that this node knows by distance: a bucket of at most k for each length of common prefix.
///
/// Long-lived peers stay: a full bucket takes a newcomer only in place of a peer that failed its last check. Addresses of one
/// /16 (IPv4) or /32 (IPv6) network may hold only so many places of a bucket, so that one operator cannot fill it.
public struct RoutingTable: Sendable {
    public static let bucketSize = 20
    public static let perNetwork = 3

    struct Entry: Sendable {
        let peer: PeerID
        let key: KademliaKey
        var addresses: [Multiaddr]
        var network: [UInt8]?
        /// When the peer last answered, in the caller's seconds.
        var lastSeen: UInt64
        var failures = 0
    }

    public let local: PeerID
    private let localKey: KademliaKey
    /// Loopback addresses count for no network.
    private let exemptsLoopback: Bool
    private var buckets: [[Entry]] = Array(repeating: [], count: 256)
    private var index: [PeerID: Int] = [:]

    public init(local: PeerID, exemptsLoopback: Bool = true) {
        (self.local, self.exemptsLoopback) = (local, exemptsLoopback)
        localKey = KademliaKey(local)
    }

    public var count: Int { index.count }
    public var peers: [PeerID] { buckets.flatMap { $0.map(\.peer) } }
    public func contains(_ peer: PeerID) -> Bool { index[peer] != nil }

    /// A peer answered. Returns whether it has a place now.
    @discardableResult
    public mutating func seen(_ peer: PeerID, addresses: [Multiaddr], now: UInt64) -> Bool {
        guard peer != local else { return false }
        let key = KademliaKey(peer)
        let number = min(localKey.distance(to: key).leadingZeros, 255)
        if let place = buckets[number].firstIndex(where: { $0.peer == peer }) {
            buckets[number][place].lastSeen = now
            buckets[number][place].failures = 0
            if !addresses.isEmpty { buckets[number][place].addresses = addresses }
            return true
        }
        let network = network(of: addresses)
        if let network, buckets[number].count(where: { $0.network == network }) >= Self.perNetwork { return false }
        if buckets[number].count >= Self.bucketSize {
            guard let worst = buckets[number].firstIndex(where: { $0.failures > 0 }) else { return false }
            index[buckets[number][worst].peer] = nil
            buckets[number].remove(at: worst)
        }
        buckets[number].append(Entry(peer: peer, key: key, addresses: addresses, network: network, lastSeen: now))
        index[peer] = number
        return true
    }

    /// A peer did not answer; twice in a row and it goes.
    public mutating func failed(_ peer: PeerID) {
        guard let number = index[peer], let place = buckets[number].firstIndex(where: { $0.peer == peer }) else { return }
        buckets[number][place].failures += 1
        if buckets[number][place].failures >= 2 { remove(peer) }
    }

    public mutating func remove(_ peer: PeerID) {
        guard let number = index.removeValue(forKey: peer) else { return }
        buckets[number].removeAll { $0.peer == peer }
    }

    /// The `count` known peers nearest to `key`, nearest first.
    public func closest(to key: KademliaKey, count: Int = bucketSize) -> [KademliaMessage.Peer] {
        buckets.lazy.flatMap(\.self).map { ($0.key.distance(to: key), $0) }
            .sorted { $0.0 < $1.0 }.prefix(count)
            .map { KademliaMessage.Peer(id: $0.1.peer, addresses: $0.1.addresses) }
    }

    /// Peers that have not answered since `time`: to be asked whether they live.
    public func stale(before time: UInt64) -> [PeerID] { buckets.flatMap { $0.filter { $0.lastSeen < time }.map(\.peer) } }

    private func network(of addresses: [Multiaddr]) -> [UInt8]? {
        for address in addresses {
            if let ip = address.value(.ip4), !(exemptsLoopback && ip[0] == 127) { return Array(ip.prefix(2)) }
            if let ip = address.value(.ip6), !(exemptsLoopback && ip.dropLast().allSatisfy { $0 == 0 }) { return Array(ip.prefix(4)) }
        }
        return nil
    }
}
