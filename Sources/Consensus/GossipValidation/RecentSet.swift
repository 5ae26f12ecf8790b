/// A set that keeps its newest `limit` elements: what was seen, in bounded memory.
///
/// A message about a forgotten element is taken for the first of its kind again; it still has to be valid. Only valid messages
/// enter, so nobody can push entries out without signatures of as many validators.
struct RecentSet<Element: Hashable & Sendable>: Sendable {
    let limit: Int
    private var elements: Set<Element> = []
    /// The elements by age, as a ring once it is full.
    private var ring: [Element] = []
    private var oldest = 0

    /// - Parameter limit: at least 1.
    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { elements.count }

    func contains(_ element: Element) -> Bool { elements.contains(element) }

    /// Adds `element`; returns the one forgotten for it, if any.
    @discardableResult
    mutating func insert(_ element: Element) -> Element? {
        guard elements.insert(element).inserted else { return nil }
        guard ring.count == limit else {
            ring.append(element)
            return nil
        }
        let forgotten = ring[oldest]
        elements.remove(forgotten)
        ring[oldest] = element
        oldest = (oldest + 1) % limit
        return forgotten
    }
}

/// Values under the newest `limit` keys, in bounded memory.
struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var keys: RecentSet<Key>
    private var values: [Key: Value] = [:]

    /// - Parameter limit: at least 1.
    init(limit: Int) { keys = RecentSet(limit: limit) }

    subscript(key: Key) -> Value? { values[key] }
    var count: Int { values.count }

    /// Changes the value of `key`, which is `initial` for a new key.
    mutating func update(_ key: Key, initial: Value, _ change: (inout Value) -> Void) {
        if let forgotten = keys.insert(key) { values[forgotten] = nil }
        change(&values[key, default: initial])
    }
}
