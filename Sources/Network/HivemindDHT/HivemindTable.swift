import HivemindWire
import PeerIdentity

/// The members that this node knows: a bucket of at most 20 for each length of common prefix with its own place.
///
/// Long-lived members stay: where a bucket is full a newcomer waits in reserve until one of it fails. A peer has one place, and
/// a place has one peer; half of a bucket at most may have addresses of one /16 (IPv4) or /32 (IPv6) network.
struct HivemindTable: Sendable {
    static let bucketSize = 20
    static let perNetwork = 10
    /// Unanswered requests in a row after which a member goes.
    static let patience = 2

    private struct Entry: Sendable {
        let peer: HivemindPeer
        let network: [UInt8]?
        /// When it last answered, in the caller's seconds.
        var lastSeen: Double
        var failures = 0
    }

    private struct Bucket: Sendable {
        var members: [Entry] = []
        /// Newest last.
        var reserve: [Entry] = []
    }

    /// What became of a peer that answered.
    enum Outcome: Equatable, Sendable {
        case known
        case added
        /// The bucket is full. The member that answered longest ago should be asked whether it is there.
        case inReserve(ask: HivemindPeer)
        /// It is this node, its place is another's, or its network has enough places.
        case refused
    }

    let local: DHTID
    private var buckets = [Bucket](repeating: Bucket(), count: DHTID.bitCount)
    private var places: [PeerID: DHTID] = [:]
    private var holders: [DHTID: PeerID] = [:]

    init(local: DHTID) { self.local = local }

    var count: Int { places.count }
    var peers: [HivemindPeer] { buckets.flatMap { $0.members.map(\.peer) } }
    func contains(_ id: PeerID) -> Bool { places[id] != nil }
    /// The place that a member has.
    func place(of id: PeerID) -> DHTID? { places[id] }

    /// A peer answered from its place.
    ///
    /// - Parameter network: what its addresses have in common with those of its neighbours; `nil` counts for none.
    mutating func seen(_ peer: HivemindPeer, network: [UInt8]?, now: Double) -> Outcome {
        guard peer.node != local else { return .refused }
        if let place = places[peer.id], place != peer.node { remove(peer.id) }
        if let holder = holders[peer.node], holder != peer.id { return .refused }
        let number = number(of: peer.node)
        if let index = buckets[number].members.firstIndex(where: { $0.peer == peer }) {
            // The last one answered last.
            var entry = buckets[number].members.remove(at: index)
            (entry.lastSeen, entry.failures) = (now, 0)
            buckets[number].members.append(entry)
            return .known
        }
        guard hasRoom(for: network, in: number) else { return .refused }
        let entry = Entry(peer: peer, network: network, lastSeen: now)
        guard buckets[number].members.count >= Self.bucketSize, let oldest = buckets[number].members.first else {
            add(entry, to: number)
            return .added
        }
        buckets[number].reserve.removeAll { $0.peer.id == peer.id || $0.peer.node == peer.node }
        buckets[number].reserve.append(entry)
        if buckets[number].reserve.count > Self.bucketSize { buckets[number].reserve.removeFirst() }
        return .inReserve(ask: oldest.peer)
    }

    /// A peer did not answer; twice in a row and it goes.
    mutating func failed(_ id: PeerID) {
        guard let place = places[id] else { return }
        let number = number(of: place)
        guard let index = buckets[number].members.firstIndex(where: { $0.peer.id == id }) else { return }
        buckets[number].members[index].failures += 1
        if buckets[number].members[index].failures >= Self.patience { remove(id) }
    }

    /// Takes a member out; the newest in reserve has its room.
    mutating func remove(_ id: PeerID) {
        guard let place = places.removeValue(forKey: id) else { return }
        holders[place] = nil
        let number = number(of: place)
        buckets[number].members.removeAll { $0.peer.id == id }
        while buckets[number].members.count < Self.bucketSize, let next = buckets[number].reserve.popLast() {
            guard holders[next.peer.node] == nil, places[next.peer.id] == nil, hasRoom(for: next.network, in: number) else { continue }
            add(next, to: number)
        }
    }

    /// The members nearest to `target`, nearest first.
    func nearest(to target: DHTID, count: Int = bucketSize, except node: DHTID? = nil) -> [HivemindPeer] {
        buckets.lazy.flatMap(\.members).filter { $0.peer.node != node }
            .map { ($0.peer.node.distance(to: target), $0.peer) }
            .sorted { $0.0 < $1.0 }.prefix(count).map(\.1)
    }

    /// Members that have not answered since `time`.
    func stale(before time: Double) -> [HivemindPeer] {
        buckets.flatMap { $0.members.filter { $0.lastSeen < time }.map(\.peer) }
    }

    private func hasRoom(for network: [UInt8]?, in number: Int) -> Bool {
        guard let network else { return true }
        return buckets[number].members.count { $0.network == network } < Self.perNetwork
    }

    private mutating func add(_ entry: Entry, to number: Int) {
        buckets[number].members.append(entry)
        places[entry.peer.id] = entry.peer.node
        holders[entry.peer.node] = entry.peer.id
    }

    private func number(of node: DHTID) -> Int { min(local.distance(to: node).leadingZeros, DHTID.bitCount - 1) }
}
