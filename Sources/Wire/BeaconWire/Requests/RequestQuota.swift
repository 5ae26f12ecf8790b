import RateLimiting

/// The buckets of all peers for all protocols, bounded. Both sides of a protocol keep to the same numbers.
public struct RequestQuota<Peer: Hashable & Sendable>: Sendable {
    private struct Key: Hashable {
        let peer: Peer
        let name: RequestProtocol
    }

    /// Peers times protocols; beyond, whoever asked nothing of late is forgotten.
    static var limit: Int { 16_384 }

    private var buckets: [Key: TokenBucket] = [:]

    public init() {}

    /// Takes what a request costs.
    ///
    /// - Parameter count: blocks, or updates, that are asked for; 1 for other requests.
    /// - Returns: whether it is within the quota.
    public mutating func take(_ peer: Peer, _ name: RequestProtocol, count: Int = 1, now: Double) -> Bool {
        let key = Key(peer: peer, name: name)
        return bucket(key, now)?.take(Double(count), now: now, in: &buckets, key) ?? false
    }

    /// Seconds until a request is within the quota; `nil` where it never is.
    public mutating func wait(_ peer: Peer, _ name: RequestProtocol, count: Int = 1, now: Double) -> Double? {
        guard var bucket = bucket(Key(peer: peer, name: name), now) else { return 1 }
        return bucket.wait(for: Double(count), now: now)
    }

    public mutating func forget(_ peer: Peer) { buckets = buckets.filter { $0.key.peer != peer } }

    private mutating func bucket(_ key: Key, _ now: Double) -> TokenBucket? {
        if let known = buckets[key] { return known }
        if buckets.count >= Self.limit {
            for (old, bucket) in buckets {
                var bucket = bucket
                if bucket.isFull(now: now) { buckets[old] = nil }
            }
        }
        guard buckets.count < Self.limit else { return nil }
        return TokenBucket(capacity: key.name.quota.burst, rate: key.name.quota.rate, now: now)
    }
}

extension TokenBucket {
    fileprivate func take<Key: Hashable>(_ count: Double, now: Double, in buckets: inout [Key: TokenBucket], _ key: Key) -> Bool {
        var bucket = self
        defer { buckets[key] = bucket }
        return bucket.take(count, now: now)
    }
}

extension RequestProtocol {
    /// How much of it one peer may ask at once, and a second. Blocks are counted one by one: a node that catches up takes no more than
    /// 512 a second from each peer, which is more than it can verify.
    public var quota: (burst: Double, rate: Double) {
        switch self {
        case .status: (16, 2)
        case .goodbye: (1, 0.1)
        case .ping: (4, 0.4)
        case .metadata: (4, 0.4)
        case .beaconBlocksByRange: (1024, 512)
        case .beaconBlocksByRoot: (256, 64)
        case .lightClientBootstrap: (4, 0.1)
        case .lightClientUpdatesByRange: (128, 4)
        case .lightClientFinalityUpdate, .lightClientOptimisticUpdate: (4, 0.4)
        // Chunks: 16 MiB at once, and 4 MiB a second.
        case .stateByBlockRoot: (128, 32)
        }
    }
}
