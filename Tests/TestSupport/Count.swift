import Synchronization

/// Counts what happens, and lets a test wait until it has happened: an order is proved by events, not by sleeping.
public final class Count: Sendable {
    private struct State {
        var value = 0
        var waiting: [(least: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    public init() {}

    public var value: Int { state.withLock { $0.value } }

    /// One more.
    public func add() {
        let met = state.withLock { state in
            state.value += 1
            let met = state.waiting.filter { $0.least <= state.value }
            state.waiting.removeAll { $0.least <= state.value }
            return met
        }
        for waiter in met { waiter.continuation.resume() }
    }

    /// Returns once it is at least so many.
    public func reaches(_ least: Int) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                if state.value >= least { return true }
                state.waiting.append((least, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}
