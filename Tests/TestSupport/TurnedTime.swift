import Synchronization

/// Time that stands still until a test turns it, in seconds. Whoever sleeps wakes when its time has come.
public final class TurnedTime: Sendable {
    private struct Sleeper {
        var deadline: Double
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let isMet: @Sendable ([Double]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Double
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []

        /// Takes out the watchers whose sleepers are there.
        mutating func takeMet() -> [Watcher] {
            let deadlines = sleepers.values.map(\.deadline)
            let met = watchers.filter { $0.isMet(deadlines) }
            watchers.removeAll { $0.isMet(deadlines) }
            return met
        }
    }

    private let state: Mutex<State>

    public init(_ now: Double) { state = Mutex(State(now: now)) }

    public var now: Double { state.withLock { $0.now } }

    /// Lets time pass until then; never back.
    public func turn(to time: Double) {
        let due = state.withLock { state in
            state.now = max(state.now, time)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Lets so many seconds pass.
    public func advance(by seconds: Double) { turn(to: now + seconds) }

    /// Moves the time anywhere, as setting a clock does. Sleepers count seconds that pass, so their deadlines move along.
    public func set(to time: Double) {
        state.withLock { state in
            let step = time - state.now
            state.now = time
            for id in state.sleepers.keys { state.sleepers[id]?.deadline += step }
        }
    }

    /// Returns once so many sleep: all have begun, and wait for their time.
    public func waitForSleepers(_ count: Int) async { await watch { $0.count >= count } }

    /// Returns once somebody sleeps until `deadline`.
    public func waitForSleeper(until deadline: Double) async { await watch { $0.contains { abs($0 - deadline) < 0.01 } } }

    private func watch(_ isMet: @escaping @Sendable ([Double]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let met = state.withLock { state in
                state.watchers.append(Watcher(isMet: isMet, continuation: continuation))
                return state.takeMet()
            }
            for watcher in met { watcher.continuation.resume() }
        }
    }

    /// Sleeps until so many seconds of this time have passed.
    ///
    /// - Throws: `CancellationError`.
    public func pause(_ seconds: Double) async throws {
        let (id, deadline) = state.withLock { state in
            state.lastID += 1
            return (state.lastID, state.now + seconds)
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let (result, met): (Result<Void, any Error>?, [Watcher]) = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
                    if deadline <= state.now { return (.success(()), []) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return (nil, state.takeMet())
                }
                for watcher in met { watcher.continuation.resume() }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return nil as Sleeper?
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
