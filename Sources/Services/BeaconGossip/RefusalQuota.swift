import PeerIdentity
import RateLimiting
import Synchronization

/// How much evidence that does not hold a peer may bring before more is passed over unread: to check it costs two signatures, and
/// whoever sees another branch may bring it honestly.
final class RefusalQuota: Sendable {
    private static let maximumPeers = 1024
    private let buckets = Mutex<[PeerID: TokenBucket]>([:])
    private let start = ContinuousClock.now

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Whether a message of `peer` is worth reading.
    func isOpen(_ peer: PeerID) -> Bool {
        let now = now
        return buckets.withLock { $0[peer]?.wait(for: 1, now: now) ?? 0 } == 0
    }

    func refused(_ peer: PeerID) {
        let now = now
        buckets.withLock { buckets in
            if buckets[peer] == nil, buckets.count >= Self.maximumPeers { buckets = [:] }
            var bucket = buckets[peer] ?? TokenBucket(capacity: 8, rate: 1.0 / 60, now: now)
            _ = bucket.take(1, now: now)
            buckets[peer] = bucket
        }
    }
}
