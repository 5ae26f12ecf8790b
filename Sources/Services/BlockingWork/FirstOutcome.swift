import Synchronization

/// What several threads look for and tasks wait for: the first outcome counts.
public final class FirstOutcome<Value: Sendable>: Sendable {
    private struct State {
        var outcome: Result<Value, any Error>?
        var time: ContinuousClock.Instant?
        var waiters: [UInt64: CheckedContinuation<Value?, any Error>] = [:]
        var next: UInt64 = 0
    }

    private let isOver = Atomic(false)
    private let state = Mutex(State())

    public init() {}

    /// Whether it is there; cheap enough for a search to ask between two slices.
    public var isSettled: Bool { isOver.load(ordering: .relaxed) }

    /// When it came.
    public var time: ContinuousClock.Instant? { state.withLock(\.time) }

    /// - Returns: whether this is the first.
    @discardableResult
    public func settle(_ outcome: Result<Value, any Error>) -> Bool {
        isOver.store(true, ordering: .relaxed)
        let waiters = state.withLock { state -> [CheckedContinuation<Value?, any Error>]? in
            guard state.outcome == nil else { return nil }
            (state.outcome, state.time) = (outcome, .now)
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        guard let waiters else { return false }
        for waiter in waiters { waiter.resume(with: outcome.map(Optional.some)) }
        return true
    }

    /// Waits for it, and no longer than `limit`.
    ///
    /// - Returns: `nil` when the time is over; it may come all the same.
    public func value(within limit: Duration) async throws -> Value? {
        try await withCheckedThrowingContinuation { continuation in
            let (outcome, waiter) = state.withLock { state -> (Result<Value, any Error>?, UInt64) in
                if let outcome = state.outcome { return (outcome, 0) }
                state.next += 1
                state.waiters[state.next] = continuation
                return (nil, state.next)
            }
            if let outcome { return continuation.resume(with: outcome.map(Optional.some)) }
            Task {
                try? await Task.sleep(for: limit)
                state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume(returning: nil)
            }
        }
    }
}
