import HivemindWire
public import PeerIdentity
import Primitives
import Synchronization

/// How much work and how many bytes a peer may ask for in a while. Peers that asked for nothing of late are forgotten.
public final class CallQuota: Sendable {
    /// What one peer may have at once, and each second.
    public struct Rates: Equatable, Sendable {
        /// Units of work: a key looked up, or a value stored, is one. The longest request to store must fit in.
        public var work = Double(StoreRequest.maximumItems)
        public var workPerSecond = 512.0
        public var bytes = 16.0 * 1024 * 1024
        public var bytesPerSecond = 1024.0 * 1024

        public init() {}
    }

    /// Said to a peer that is over its rate.
    public struct Exceeded: Error, Equatable, Sendable, CustomStringConvertible {
        public var description: String { "too many requests; try again later" }
    }

    static let maximumPeers = 4096

    private struct Buckets {
        var work: TokenBucket
        var bytes: TokenBucket
    }

    private let rates: Rates
    private let buckets = Mutex<[PeerID: Buckets]>([:])
    private let now: @Sendable () -> Double

    /// - Parameter now: seconds, on a clock that does not go back.
    public init(_ rates: Rates = Rates(), now: @escaping @Sendable () -> Double) { (self.rates, self.now) = (rates, now) }

    /// Takes what a request costs.
    public func take(_ peer: PeerID, work: Int, bytes: Int) throws(Exceeded) {
        let now = now()
        let isGranted = buckets.withLock { all in
            if all[peer] == nil, all.count >= Self.maximumPeers {
                for (other, var known) in all where known.work.isFull(now: now) && known.bytes.isFull(now: now) { all[other] = nil }
                // All of them are busy: a newcomer has to wait.
                guard all.count < Self.maximumPeers else { return false }
            }
            var own =
                all[peer]
                ?? Buckets(
                    work: TokenBucket(capacity: rates.work, rate: rates.workPerSecond, now: now),
                    bytes: TokenBucket(capacity: rates.bytes, rate: rates.bytesPerSecond, now: now))
            defer { all[peer] = own }
            return own.work.wait(for: Double(work), now: now) == 0 && own.bytes.wait(for: Double(bytes), now: now) == 0
                && own.work.take(Double(work), now: now) && own.bytes.take(Double(bytes), now: now)
        }
        guard isGranted else { throw Exceeded() }
    }
}
