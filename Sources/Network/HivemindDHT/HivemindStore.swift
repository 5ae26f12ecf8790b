public import HivemindWire
public import PeerIdentity

/// The values that this member keeps for others, each until it expires, bounded in bytes: in all, by peer, by key. Pure: times
/// are the caller's, in seconds since the Unix epoch.
///
/// Of two values the one that expires later is kept, whoever sent it (`DHTLocalStorage` and `TimedStorage` of Hivemind). Where
/// there is no room, whoever holds the most gives way to whoever holds less.
public struct HivemindStore: Sendable {
    /// What is kept at most.
    public struct Limits: Equatable, Sendable {
        public var bytes = 128 << 20
        public var bytesPerPeer = 16 << 20
        /// Of one value.
        public var valueSize = 1 << 20
        /// Entries of one dictionary.
        public var subkeys = ExpiringDictionary.maximumEntries
        /// Of one dictionary, so that an answer holds it.
        public var dictionaryBytes = 2 << 20
        /// Seconds that a value is kept at the longest, whatever it says. It is given out with its own expiration all the same.
        public var longestStay = 7 * 86_400.0

        public init() {}

        /// What is kept for those who asked for no promise.
        public static var cache: Limits {
            var limits = Limits()
            (limits.bytes, limits.bytesPerPeer) = (32 << 20, 4 << 20)
            return limits
        }
    }

    private enum Slot: Sendable {
        case value(StoredItem)
        case dictionary(StoredDictionary)
    }

    private let limits: Limits
    private var slots: [DHTID: Slot] = [:]
    private var bytesByPeer: [PeerID: Int] = [:]
    public private(set) var byteCount = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Keys under which something lies.
    public var count: Int { slots.count }
    public var keys: [DHTID] { Array(slots.keys) }
    /// What a peer's values count for.
    public func bytes(of peer: PeerID) -> Int { bytesByPeer[peer, default: 0] }

    /// What lives under a key.
    public func get(_ key: DHTID, now: Double) -> HivemindValue? {
        switch slots[key] {
        case .value(let item): return item.leaves > now ? .value(item.value, expiration: item.expiration) : nil
        case .dictionary(let dictionary):
            let living = dictionary.items.filter { $0.value.leaves > now }.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
            guard !living.isEmpty else { return nil }
            return .dictionary(ExpiringDictionary(living.map { .init(subkey: $0, value: $1.value, expiration: $1.expiration) }))
        case nil: return nil
        }
    }

    /// Keeps a value unless what is there expires as late or later. Returns whether it is kept.
    public mutating func put(
        _ key: DHTID, subkey: Subkey? = nil, _ value: [UInt8], expiration: Double, from holder: PeerID, now: Double
    ) -> Bool {
        guard value.count <= limits.valueSize, expiration > now else { return false }
        let item = StoredItem(
            value: value, expiration: expiration, leaves: min(expiration, now + limits.longestStay), holder: holder,
            cost: value.count + (subkey?.bytes.count ?? 0) + StoredItem.overhead)
        clean(key, now: now)
        guard isNewer(item, key, subkey), makeRoom(for: item, at: key, subkey) else { return false }
        if let subkey {
            guard makePlace(for: item, at: key, subkey) else { return false }
            set(item, at: key, subkey)
        } else {
            forget(key)
            slots[key] = .value(item)
            count(item, sign: 1)
        }
        return true
    }

    /// Forgets what has had its time.
    public mutating func expire(now: Double) { for key in Array(slots.keys) { clean(key, now: now) } }

    // MARK: Rules

    private func isNewer(_ item: StoredItem, _ key: DHTID, _ subkey: Subkey?) -> Bool {
        switch slots[key] {
        case nil: true
        case .value(let old): item.expiration > old.expiration
        case .dictionary(let dictionary):
            if let subkey {
                dictionary[subkey].map { item.expiration > $0.expiration } ?? true
            } else {
                dictionary.items.values.allSatisfy { item.expiration > $0.expiration }
            }
        }
    }

    /// Makes place in the dictionary that an item goes into, where it is full.
    private mutating func makePlace(for item: StoredItem, at key: DHTID, _ subkey: Subkey) -> Bool {
        guard case .dictionary(var dictionary) = slots[key] else { return item.cost <= limits.dictionaryBytes }
        func fits() -> Bool {
            let old = dictionary[subkey]
            return (old != nil || dictionary.items.count < limits.subkeys)
                && dictionary.cost - (old?.cost ?? 0) + item.cost <= limits.dictionaryBytes
        }
        if fits() { return true }
        for gone in dictionary.shrink(for: item, by: max(item.cost, dictionary.cost / 16)) { count(gone, sign: -1) }
        slots[key] = dictionary.items.isEmpty ? nil : .dictionary(dictionary)
        return fits()
    }

    // MARK: Room

    private mutating func makeRoom(for item: StoredItem, at key: DHTID, _ subkey: Subkey?) -> Bool {
        let freed = replaced(key, subkey)
        let own = bytes(of: item.holder) - freed.reduce(0) { $0 + ($1.holder == item.holder ? $1.cost : 0) }
        guard own + item.cost <= limits.bytesPerPeer, item.cost <= limits.bytes else { return false }
        let over = byteCount - freed.reduce(0) { $0 + $1.cost } + item.cost - limits.bytes
        guard over > 0 else { return true }
        guard let most = bytesByPeer.max(by: { $0.value < $1.value }), most.key != item.holder, most.value > own + item.cost else {
            return false
        }
        // More than is needed, so that the next finds room without this.
        return evict(from: most.key, sparing: key, bytes: max(over, limits.bytes / 64)) >= over
    }

    /// Lets go of a peer's values, those first that leave first. Returns how many bytes that was.
    private mutating func evict(from peer: PeerID, sparing spared: DHTID, bytes: Int) -> Int {
        var places: [(leaves: Double, key: DHTID, subkey: Subkey?)] = []
        for (key, slot) in slots where key != spared {
            switch slot {
            case .value(let item): if item.holder == peer { places.append((item.leaves, key, nil)) }
            case .dictionary(let dictionary):
                for (subkey, item) in dictionary.items where item.holder == peer { places.append((item.leaves, key, subkey)) }
            }
        }
        let before = byteCount
        for place in places.sorted(by: { $0.leaves < $1.leaves }) {
            guard before - byteCount < bytes else { break }
            if let subkey = place.subkey { forget(place.key, subkey) } else { forget(place.key) }
        }
        return before - byteCount
    }

    /// What a new item takes the place of.
    private func replaced(_ key: DHTID, _ subkey: Subkey?) -> [StoredItem] {
        switch slots[key] {
        case nil: return []
        case .value(let item): return [item]
        case .dictionary(let dictionary):
            guard let subkey else { return Array(dictionary.items.values) }
            return dictionary[subkey].map { [$0] } ?? []
        }
    }

    // MARK: Changes

    private mutating func set(_ item: StoredItem, at key: DHTID, _ subkey: Subkey) {
        if case .value = slots[key] { forget(key) }
        change(key) { dictionary in
            let old = dictionary[subkey]
            dictionary.set(item, at: subkey)
            return old.map { [$0] } ?? []
        }
        count(item, sign: 1)
    }

    /// Takes out all that lies under a key.
    private mutating func forget(_ key: DHTID) {
        for item in replaced(key, nil) { count(item, sign: -1) }
        slots[key] = nil
    }

    private mutating func forget(_ key: DHTID, _ subkey: Subkey) {
        change(key) { dictionary in dictionary.remove(subkey).map { [$0] } ?? [] }
    }

    private mutating func clean(_ key: DHTID, now: Double) {
        switch slots[key] {
        case nil: return
        case .value(let item): if item.leaves <= now { forget(key) }
        case .dictionary(let dictionary): if dictionary.earliest <= now { change(key) { $0.expire(now: now) } }
        }
    }

    /// Changes the dictionary under a key where it lies; `body` says which items are gone.
    private mutating func change(_ key: DHTID, _ body: (inout StoredDictionary) -> [StoredItem]) {
        var dictionary = if case .dictionary(let dictionary) = slots[key] { dictionary } else { StoredDictionary() }
        // Held once only, so that a change copies nothing.
        slots[key] = nil
        for item in body(&dictionary) { count(item, sign: -1) }
        if !dictionary.items.isEmpty { slots[key] = .dictionary(dictionary) }
    }

    private mutating func count(_ item: StoredItem, sign: Int) {
        byteCount += sign * item.cost
        bytesByPeer[item.holder, default: 0] += sign * item.cost
        if bytesByPeer[item.holder, default: 0] <= 0 { bytesByPeer[item.holder] = nil }
    }
}
