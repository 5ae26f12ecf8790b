import Primitives

/// How often each of many may do something: a bucket of tokens each, for a bounded number of them. Pure: times are milliseconds
/// of a clock that only goes forward.
struct Budget<Key: Hashable & Sendable>: Sendable {
    let perSecond: Double
    let burst: Double
    let capacity: Int
    private var buckets: [Key: TokenBucket] = [:]

    init(perSecond: Double, burst: Double, capacity: Int) { (self.perSecond, self.burst, self.capacity) = (perSecond, burst, capacity) }

    /// Whether `key` has a token left, which is then spent. Those without a bucket are refused while all are in use.
    mutating func spend(_ key: Key, now: UInt64) -> Bool {
        let now = Double(now) / 1000
        if buckets[key] == nil, buckets.count >= capacity {
            // Full ones are as good as none.
            for (other, var bucket) in buckets where bucket.isFull(now: now) { buckets[other] = nil }
            guard buckets.count < capacity else { return false }
        }
        return buckets[key, default: TokenBucket(capacity: burst, rate: perSecond, now: now)].take(1, now: now)
    }
}
