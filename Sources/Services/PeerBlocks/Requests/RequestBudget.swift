public import BeaconWire
public import PeerIdentity
import Synchronization

/// What peers may ask, or are asked: a bucket of tokens for each of them and each protocol.
public final class RequestBudget: Sendable {
    private let quota = Mutex(RequestQuota<PeerID>())
    /// Seconds on a clock that never goes back.
    private let clock: @Sendable () -> Double
    /// How long a request waits for its turn.
    private let patience: Double

    public convenience init(patience: Duration = .seconds(10)) {
        let start = ContinuousClock.now
        self.init(patience: patience) { (ContinuousClock.now - start) / .seconds(1) }
    }

    init(patience: Duration, clock: @escaping @Sendable () -> Double) {
        (self.patience, self.clock) = (patience / .seconds(1), clock)
    }

    /// Takes what a request costs, waiting for it a while.
    ///
    /// - Parameter count: blocks or updates.
    /// - Returns: whether the request may go on.
    public func spend(_ peer: PeerID, _ name: RequestProtocol, count: Int = 1) async throws -> Bool {
        let deadline = clock() + patience
        while true {
            let time = clock()
            if quota.withLock({ $0.take(peer, name, count: count, now: time) }) { return true }
            guard let wait = quota.withLock({ $0.wait(peer, name, count: count, now: time) }), time + wait <= deadline else { return false }
            try await Task.sleep(for: .seconds(max(wait, 0.001)))
        }
    }

    public func forget(_ peer: PeerID) { quota.withLock { $0.forget(peer) } }
}
