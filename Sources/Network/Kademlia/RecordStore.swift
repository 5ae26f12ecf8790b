/// The records that this node keeps for others, bounded in number and bytes, each for a time. Pure: times are the caller's, in
/// seconds.
public struct RecordStore: Sendable {
    /// What is kept at most.
    public struct Limits: Equatable, Sendable {
        public var records = 65_536
        public var bytes = 256 * 1024 * 1024
        public var valueSize = 1024 * 1024
        /// Seconds that a record lives unless it is published again.
        public var lifetime: UInt64 = 48 * 3600

        public init() {}
    }

    /// One record.
    public struct Entry: Equatable, Sendable {
        public var value: [UInt8]
        public var received: UInt64
    }

    private let limits: Limits
    private var entries: [[UInt8]: Entry] = [:]
    public private(set) var byteCount = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    public var count: Int { entries.count }
    public var keys: [[UInt8]] { Array(entries.keys) }

    /// The record that lives under `key`.
    public func get(_ key: [UInt8], now: UInt64) -> Entry? {
        guard let entry = entries[key], now < entry.received + limits.lifetime else { return nil }
        return entry
    }

    /// Keeps a valid value if it is better than what is there. Returns whether it, or an equal one, is kept now.
    public mutating func put(_ key: [UInt8], _ value: [UInt8], rules: RecordNamespaces, now: UInt64) throws -> Bool {
        guard value.count <= limits.valueSize, key.count <= KademliaMessage.maximumKey else { throw RecordRules.Refusal.tooLarge }
        try rules.validate(key, value)
        if let old = get(key, now: now), old.value != value, rules.best(key, [value, old.value]) != value { return false }
        let size = key.count + value.count
        let freed = entries[key].map { key.count + $0.value.count } ?? 0
        guard entries[key] != nil || entries.count < limits.records, byteCount - freed + size <= limits.bytes else {
            throw RecordRules.Refusal.tooLarge
        }
        entries[key] = Entry(value: value, received: now)
        byteCount += size - freed
        return true
    }

    /// Forgets what has outlived its time.
    public mutating func expire(now: UInt64) {
        for (key, entry) in entries where now >= entry.received + limits.lifetime {
            entries[key] = nil
            byteCount -= key.count + entry.value.count
        }
    }
}
