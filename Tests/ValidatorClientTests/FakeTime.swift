import ServiceInterfaces
import Synchronization

/// Time that stands still until a test moves it. Whoever sleeps wakes when it has come.
final class FakeTime: Sendable {
    private struct Sleeper {
        var deadline: Double
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Double
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    init(_ now: Double) {
        state = Mutex(State(now: now))
    }

    var now: Double { state.withLock { $0.now } }

    /// - Parameter longestPause: infinite, so that a sleeper's deadline is the time that it waits for.
    func clock(slotSeconds: UInt64 = 12, longestPause: Double = .infinity) -> SlotClock {
        SlotClock(
            genesisTime: 0, slotDurationMilliseconds: slotSeconds * 1000, now: { self.now }, longestPause: longestPause,
            pause: { try await self.pause($0) })
    }

    /// Moves the time anywhere, as setting a clock does. Sleepers count seconds that pass, so their deadlines move along.
    func set(to time: Double) {
        state.withLock { state in
            let step = time - state.now
            state.now = time
            for id in state.sleepers.keys { state.sleepers[id]?.deadline += step }
        }
    }

    func advance(to time: Double) {
        let due = state.withLock { state in
            state.now = max(state.now, time)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Returns once somebody sleeps until `deadline`.
    func waitForSleeper(until deadline: Double) async throws {
        while !state.withLock({ $0.sleepers.values.contains { abs($0.deadline - deadline) < 0.01 } }) {
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func pause(_ seconds: Double) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    guard !state.cancelled.contains(id) else { return true }
                    state.sleepers[id] = Sleeper(deadline: state.now + seconds, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
