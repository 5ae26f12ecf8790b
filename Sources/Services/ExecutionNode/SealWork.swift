import Foundation
import Primitives
import Synchronization

/// One search for a seal, on threads of its own so that the tasks of the node never wait behind it.
///
/// Threads work in slices and look between them whether the search was won or cancelled.
final class SealWork: Sendable {
    /// Nonces between two looks: about 50 ms of Ethash without the full dataset.
    private static let slice = 16

    private struct State {
        var outcome: Result<UInt64, any Error>?
        var seconds: Double?
        var waiters: [UInt64: CheckedContinuation<UInt64, any Error>] = [:]
        var nextWaiter: UInt64 = 0
    }

    let task: SealTask
    private let engine: any SealEngine
    private let started = ContinuousClock.now
    private let isOver = Atomic(false)
    private let tried = Atomic<UInt64>(0)
    private let state = Mutex(State())

    /// Begins the search.
    init(_ task: SealTask, engine: any SealEngine, threads: Int) {
        self.task = task
        self.engine = engine
        let count = UInt64(max(1, threads))
        for index in 0..<count {
            let thread = Thread { [self] in work(from: UInt64.max / count * index) }
            thread.name = "seal-\(index)"
            thread.start()
        }
    }

    /// Nonces tried so far.
    var attempts: UInt64 { tried.load(ordering: .relaxed) }

    /// Seconds from the start to the end, or until now.
    var seconds: Double { state.withLock(\.seconds) ?? Self.seconds(started.duration(to: .now)) }

    var isRunning: Bool { !isOver.load(ordering: .relaxed) }

    /// Ends the search; whoever waits for it gets `error`.
    func cancel(_ error: any Error) { finish(.failure(error)) }

    /// The nonce that seals the task, when it is found.
    ///
    /// - Throws: what `cancel` was given, or `sealTimedOut`, after which the search goes on.
    func nonce(within limit: Duration) async throws -> UInt64 {
        try await withCheckedThrowingContinuation { continuation in
            let waiter: UInt64? = state.withLock { state in
                if let outcome = state.outcome {
                    continuation.resume(with: outcome)
                    return nil
                }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = continuation
                return state.nextWaiter
            }
            guard let waiter else { return }
            Task {
                try? await Task.sleep(for: limit)
                let late = state.withLock { $0.waiters.removeValue(forKey: waiter) }
                late?.resume(throwing: ExecutionNodeError.sealTimedOut(seconds: Self.seconds(limit), difficulty: task.difficulty))
            }
        }
    }

    private func work(from start: UInt64) {
        var nonce = start
        while !isOver.load(ordering: .relaxed) {
            do {
                if let found = try engine.search(task, from: nonce, count: Self.slice) {
                    tried.add(found &- nonce &+ 1, ordering: .relaxed)
                    return finish(.success(found))
                }
            } catch {
                return finish(.failure(error))
            }
            tried.add(UInt64(Self.slice), ordering: .relaxed)
            nonce &+= UInt64(Self.slice)
        }
    }

    /// The first outcome counts.
    private func finish(_ outcome: Result<UInt64, any Error>) {
        isOver.store(true, ordering: .relaxed)
        let elapsed = Self.seconds(started.duration(to: .now))
        let waiters = state.withLock { state -> [CheckedContinuation<UInt64, any Error>] in
            guard state.outcome == nil else { return [] }
            state.outcome = outcome
            state.seconds = elapsed
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: outcome) }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
