import Multiformats
public import NodeRecords
public import Primitives

/// The nodes that this one knows, in buckets by distance (discv5-theory, "Node Table"). Pure: times are milliseconds of a clock
/// that only goes forward.
public struct NodeTable: Sendable {
    public struct Limits: Hashable, Sendable {
        public var bucketSize = 16
        /// Waiting for a place, a bucket.
        public var replacements = 10
        /// From one network (/24 or /64) in a bucket and in the table. Local networks are not limited.
        public var networkInBucket = 2
        public var networkInTable = 10

        public init() {}
    }

    struct Entry: Sendable {
        var contact: NodeContact
        /// Whether it ever answered.
        var isLive = false
        /// How many checks it passed since it failed one.
        var checks = 0
        var lastSeen: UInt64
        /// When it last answered a ping, or failed to; 0 where it was never asked.
        var lastCheck: UInt64 = 0
    }

    struct Bucket: Sendable {
        /// Least recently seen first.
        var entries: [Entry] = []
        /// Longest known first.
        var replacements: [Entry] = []
    }

    public let localID: NodeID
    public let limits: Limits
    /// By distance: bucket 0 holds distance 1.
    private(set) var buckets: [Bucket]
    private var networks: [IPNetwork: Int] = [:]
    public private(set) var count = 0

    public init(localID: NodeID, limits: Limits = Limits()) {
        (self.localID, self.limits) = (localID, limits)
        buckets = [Bucket](repeating: Bucket(), count: 256)
    }

    private func index(_ id: NodeID) -> Int? {
        let distance = NodeDistance(localID, id).log2
        return distance == 0 ? nil : distance - 1
    }

    /// The node under this id, whether it ever answered or not; those that wait for a place are not in the table.
    public subscript(id: NodeID) -> NodeContact? {
        index(id).flatMap { bucket in buckets[bucket].entries.first { $0.contact.nodeID == id }?.contact }
    }

    public func isLive(_ id: NodeID) -> Bool {
        index(id).flatMap { bucket in buckets[bucket].entries.first { $0.contact.nodeID == id }?.isLive } ?? false
    }

    /// Whether the contact's record is newer than what is known of the node.
    func hasNews(_ contact: NodeContact) -> Bool {
        guard let record = contact.record else { return false }
        return self[contact.nodeID]?.record.map { record.sequence > $0.sequence } ?? true
    }

    public var liveCount: Int { buckets.reduce(0) { $0 + $1.entries.count(where: \.isLive) } }

    // MARK: What is heard of nodes

    /// A node that was heard of. It takes a place if there is one, or waits for one.
    ///
    /// - Parameter isProved: whether it answered from there itself.
    public mutating func offer(_ contact: NodeContact, isProved: Bool = false, now: UInt64) {
        guard let bucket = index(contact.nodeID), contact.endpoint.port != 0, !contact.endpoint.address.isUnspecified,
            !contact.endpoint.address.isMulticast
        else { return }
        if let place = buckets[bucket].entries.firstIndex(where: { $0.contact.nodeID == contact.nodeID }) {
            update(bucket, place, contact, isProved)
        } else if buckets[bucket].entries.count < limits.bucketSize, hasRoom(contact.endpoint.address, in: bucket) {
            insert(Entry(contact: contact, lastSeen: now), in: bucket)
        } else {
            wait(Entry(contact: contact, lastSeen: now), in: bucket)
        }
    }

    /// The node answered from its endpoint: it is live, and the most recently seen.
    ///
    /// - Parameter isPong: whether it answered a ping. Other answers do not put off the next one, as only a pong says where this
    ///   node is seen and whether the other's record is new.
    public mutating func answered(_ id: NodeID, now: UInt64, isPong: Bool = true) {
        guard let bucket = index(id), let place = buckets[bucket].entries.firstIndex(where: { $0.contact.nodeID == id }) else { return }
        var entry = buckets[bucket].entries.remove(at: place)
        (entry.isLive, entry.checks, entry.lastSeen) = (true, entry.checks + 1, now)
        if isPong { entry.lastCheck = now }
        buckets[bucket].entries.append(entry)
    }

    /// The node did not answer. One that passed many checks may fail some before it loses its place.
    public mutating func failed(_ id: NodeID, now: UInt64) {
        guard let bucket = index(id), let place = buckets[bucket].entries.firstIndex(where: { $0.contact.nodeID == id }) else { return }
        buckets[bucket].entries[place].checks /= 3
        guard buckets[bucket].entries[place].checks == 0 else {
            var entry = buckets[bucket].entries.remove(at: place)
            (entry.lastSeen, entry.lastCheck) = (now, now)
            buckets[bucket].entries.append(entry)
            return
        }
        remove(bucket, place)
        promote(bucket)
    }

    // MARK: Who is asked and told

    /// The nodes nearest to `target`, nearest first.
    public func closest(to target: NodeID, count: Int, liveOnly: Bool) -> [NodeContact] {
        let all = buckets.flatMap { bucket in bucket.entries.filter { $0.isLive || !liveOnly }.map { entry in entry.contact } }
        return Array(all.sorted { NodeDistance(target, $0.nodeID) < NodeDistance(target, $1.nodeID) }.prefix(count))
    }

    /// At most `count` live nodes at these distances from this node, which may be told to others, of those that `isFit` takes.
    public func live(atDistances distances: [Int], count: Int, where isFit: (NodeContact) -> Bool = { _ in true }) -> [NodeContact] {
        var found: [NodeContact] = []
        for distance in Set(distances).sorted() where (1...256).contains(distance) {
            for entry in buckets[distance - 1].entries where entry.isLive && found.count < count && isFit(entry.contact) {
                found.append(entry.contact)
            }
        }
        return found
    }

    /// Whose turn it is to be asked whether it is there: those that were never asked first, then the longest unasked.
    public func nextCheck(excluding busy: Set<NodeID>, before time: UInt64) -> NodeContact? {
        var best: Entry?
        for entry in buckets.lazy.flatMap(\.entries) where !busy.contains(entry.contact.nodeID) {
            guard entry.lastCheck <= time else { continue }
            guard let other = best else {
                best = entry
                continue
            }
            if (entry.lastCheck, entry.lastSeen) < (other.lastCheck, other.lastSeen) { best = entry }
        }
        return best?.contact
    }

    public var liveNodes: [NodeContact] {
        buckets.flatMap { bucket in bucket.entries.filter(\.isLive).map { entry in entry.contact } }
    }

    // MARK: Places

    private func hasRoom(_ address: IPAddress, in bucket: Int) -> Bool {
        guard address.isGlobal else { return true }
        let network = address.network
        return networks[network, default: 0] < limits.networkInTable
            && buckets[bucket].entries.count(where: { $0.contact.endpoint.address.network == network }) < limits.networkInBucket
    }

    private mutating func insert(_ entry: Entry, in bucket: Int) {
        buckets[bucket].entries.append(entry)
        buckets[bucket].replacements.removeAll { $0.contact.nodeID == entry.contact.nodeID }
        networks[entry.contact.endpoint.address.network, default: 0] += 1
        count += 1
    }

    private mutating func wait(_ entry: Entry, in bucket: Int) {
        buckets[bucket].replacements.removeAll { $0.contact.nodeID == entry.contact.nodeID }
        // One network may not crowd out the others.
        let network = entry.contact.endpoint.address.network
        guard
            !entry.contact.endpoint.address.isGlobal
                || buckets[bucket].replacements.count(where: { $0.contact.endpoint.address.network == network }) < limits.networkInBucket
        else { return }
        buckets[bucket].replacements.append(entry)
        if buckets[bucket].replacements.count > limits.replacements { buckets[bucket].replacements.removeFirst() }
    }

    private mutating func remove(_ bucket: Int, _ place: Int) {
        let entry = buckets[bucket].entries.remove(at: place)
        release(entry.contact.endpoint.address)
        count -= 1
    }

    /// Gives a place that became free to one that waits. The last heard of is the likeliest to be there.
    private mutating func promote(_ bucket: Int) {
        while let next = buckets[bucket].replacements.popLast() {
            guard hasRoom(next.contact.endpoint.address, in: bucket) else { continue }
            insert(next, in: bucket)
            return
        }
    }

    private mutating func release(_ address: IPAddress) {
        let left = networks[address.network, default: 1] - 1
        networks[address.network] = left > 0 ? left : nil
    }

    /// A newer record takes the old one's place. A node that moved has to answer from there first.
    private mutating func update(_ bucket: Int, _ place: Int, _ contact: NodeContact, _ isProved: Bool) {
        let (old, isLive) = (buckets[bucket].entries[place].contact, buckets[bucket].entries[place].isLive)
        if let record = contact.record, let known = old.record, record.sequence <= known.sequence { return }
        // Without a record it is hearsay, which neither takes a record's place nor moves a node that answers.
        if contact.record == nil, old.record != nil || !isProved && isLive && contact.endpoint != old.endpoint { return }
        let address = contact.endpoint.address
        if address.network != old.endpoint.address.network {
            // Without its old place, as it gives that up.
            var entry = buckets[bucket].entries[place]
            remove(bucket, place)
            guard hasRoom(address, in: bucket) else {
                promote(bucket)
                return
            }
            (entry.contact, entry.isLive, entry.checks, entry.lastCheck) = (contact, false, 0, 0)
            insert(entry, in: bucket)
            return
        }
        buckets[bucket].entries[place].contact = contact
        if contact.endpoint != old.endpoint {
            (buckets[bucket].entries[place].isLive, buckets[bucket].entries[place].checks) = (false, 0)
            buckets[bucket].entries[place].lastCheck = 0
        }
    }
}
