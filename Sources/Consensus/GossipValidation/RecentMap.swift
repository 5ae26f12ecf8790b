import Primitives

/// Values under the newest `limit` keys, in bounded memory.
///
/// A message about a forgotten key is taken for the first of its kind again; it still has to be valid. Only valid messages enter, here
/// and in the sets of what was seen, so nobody can push entries out without signatures of as many validators.
struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var keys: RecentSet<Key>
    private var values: [Key: Value] = [:]

    /// - Parameter limit: at least 1.
    init(limit: Int) { keys = RecentSet(limit: limit) }

    subscript(key: Key) -> Value? { values[key] }
    var count: Int { values.count }

    /// Changes the value of `key`, which is `initial` for a new key.
    mutating func update(_ key: Key, initial: Value, _ change: (inout Value) -> Void) {
        if let forgotten = keys.insert(key).forgotten { values[forgotten] = nil }
        change(&values[key, default: initial])
    }
}
