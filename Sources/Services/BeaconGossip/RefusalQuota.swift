import PeerIdentity
import Primitives
import Synchronization

/// How much evidence that does not hold a peer may bring before more is passed over unread: to check it costs two signatures, and
/// whoever sees another branch may bring it honestly.
final class RefusalQuota: Sendable {
    private let buckets = Mutex(RecentMap<PeerID, TokenBucket>(limit: 1024))
    private let start = ContinuousClock.now

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Whether a message of `peer` is worth reading.
    func isOpen(_ peer: PeerID) -> Bool {
        guard var bucket = buckets.withLock({ $0[peer] }) else { return true }
        return bucket.wait(for: 1, now: now) == 0
    }

    func refused(_ peer: PeerID) {
        let now = now
        buckets.withLock { buckets in
            buckets.update(peer, initial: TokenBucket(capacity: 8, rate: 1.0 / 60, now: now)) { _ = $0.take(1, now: now) }
        }
    }
}
