/// So many at once, and so many a second: what one peer may ask of one protocol, and what it is asked.
public struct TokenBucket: Sendable {
    public let capacity: Double
    /// Tokens a second.
    public let rate: Double
    private var tokens: Double
    private var time: Double

    /// A full bucket.
    ///
    /// - Parameter now: seconds, on any clock that never goes back.
    public init(capacity: Double, rate: Double, now: Double) {
        (self.capacity, self.rate, tokens, time) = (capacity, rate, capacity, now)
    }

    /// Takes tokens, if they are there. More than the bucket holds are never there.
    public mutating func take(_ count: Double, now: Double) -> Bool {
        refill(now)
        guard count <= tokens else { return false }
        tokens -= count
        return true
    }

    /// Seconds until so many tokens are there; `nil` where the bucket holds fewer.
    public mutating func wait(for count: Double, now: Double) -> Double? {
        refill(now)
        guard count <= capacity else { return nil }
        return max(0, (count - tokens) / rate)
    }

    /// Whether nothing was taken of late.
    public mutating func isFull(now: Double) -> Bool {
        refill(now)
        return tokens >= capacity
    }

    private mutating func refill(_ now: Double) {
        guard now > time else { return }
        tokens = min(capacity, tokens + (now - time) * rate)
        time = now
    }
}
