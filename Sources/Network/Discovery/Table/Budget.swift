/// How often each of many may do something: a bucket of tokens each, for a bounded number of them. Pure: times are milliseconds
/// of a clock that only goes forward.
struct Budget<Key: Hashable & Sendable>: Sendable {
    private struct Tokens: Sendable {
        var count: Double
        var time: UInt64
    }

    let perSecond: Double
    let burst: Double
    let capacity: Int
    private var tokens: [Key: Tokens] = [:]

    init(perSecond: Double, burst: Double, capacity: Int) { (self.perSecond, self.burst, self.capacity) = (perSecond, burst, capacity) }

    /// Whether `key` has a token left, which is then spent. Those without a bucket are refused while all are in use.
    mutating func spend(_ key: Key, now: UInt64) -> Bool {
        if tokens[key] == nil, tokens.count >= capacity {
            // Full ones are as good as none.
            let (perSecond, burst) = (perSecond, burst)
            tokens = tokens.filter { $0.value.count + Double(now &- $0.value.time) / 1000 * perSecond < burst }
            guard tokens.count < capacity else { return false }
        }
        var own = tokens[key] ?? Tokens(count: burst, time: now)
        own.count = min(burst, own.count + Double(now &- own.time) / 1000 * perSecond)
        own.time = now
        defer { tokens[key] = own }
        guard own.count >= 1 else { return false }
        own.count -= 1
        return true
    }
}
