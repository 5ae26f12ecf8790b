/// Values under the newest `limit` keys, in bounded memory. A forgotten key is taken for a new one again.
public struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var keys: RecentSet<Key>
    private var values: [Key: Value] = [:]

    /// - Parameter limit: at least 1.
    public init(limit: Int) { keys = RecentSet(limit: limit) }

    public subscript(key: Key) -> Value? { values[key] }
    public var count: Int { values.count }

    /// Changes the value of `key`, which is `initial` for a new key.
    public mutating func update(_ key: Key, initial: Value, _ change: (inout Value) -> Void) {
        if let forgotten = keys.insert(key).forgotten { values[forgotten] = nil }
        change(&values[key, default: initial])
    }
}
