import BlockingWork
import Foundation
import Primitives
import Synchronization

/// One search for a seal, on threads of its own so that the tasks of the node never wait behind it.
///
/// Threads work in slices and look between them whether the search was won or cancelled.
final class SealWork: Sendable {
    /// Nonces between two looks: about 50 ms of Ethash without the full dataset.
    private static let slice = 16

    /// Threads of one search.
    static let mostThreads = 256

    private struct State {
        /// How many threads should search.
        var wanted = 0
        /// The threads that do.
        var running: Set<Int> = []
        /// Where each thread goes on.
        var next: [Int: UInt64] = [:]
    }

    let task: SealTask
    private let engine: any SealEngine
    private let started = ContinuousClock.now
    private let outcome = FirstOutcome<UInt64>()
    private let tried = Atomic<UInt64>(0)
    private let state = Mutex(State())

    /// Begins the search, on as many threads; without any it waits for a seal of another process.
    init(_ task: SealTask, engine: any SealEngine, threads: Int) {
        self.task = task
        self.engine = engine
        setThreads(threads)
    }

    /// Searches on as many threads from now on.
    func setThreads(_ count: Int) {
        let count = max(0, min(count, Self.mostThreads))
        let missing = state.withLock { state in
            guard !outcome.isSettled else { return [Int]() }
            state.wanted = count
            defer { state.running.formUnion(0..<count) }
            return (0..<count).filter { !state.running.contains($0) }
        }
        for index in missing {
            let thread = Thread { [self] in work(index) }
            thread.name = "seal-\(index)"
            thread.start()
        }
    }

    /// Ends the search by a seal that another found.
    ///
    /// - Returns: false where the search was over.
    func offer(_ nonce: UInt64) -> Bool { outcome.settle(.success(nonce)) }

    /// Nonces tried so far.
    var attempts: UInt64 { tried.load(ordering: .relaxed) }

    /// Seconds from the start to the end, or until now.
    var seconds: Double { Self.seconds(started.duration(to: outcome.time ?? .now)) }

    var isRunning: Bool { !outcome.isSettled }

    /// Ends the search; whoever waits for it gets `error`.
    func cancel(_ error: any Error) { outcome.settle(.failure(error)) }

    /// The nonce that seals the task, when it is found.
    ///
    /// - Throws: what `cancel` was given, or `sealTimedOut`, after which the search goes on.
    func nonce(within limit: Duration) async throws -> UInt64 {
        guard let nonce = try await outcome.value(within: limit) else {
            throw ExecutionNodeError.sealTimedOut(seconds: Self.seconds(limit), difficulty: task.difficulty)
        }
        return nonce
    }

    private func work(_ index: Int) {
        Precedence.sealing.lowerThisThread()
        var nonce = state.withLock { $0.next[index] } ?? UInt64.max / UInt64(Self.mostThreads) * UInt64(index)
        while isRunning, goesOn(index, at: nonce) {
            do {
                if let found = try engine.search(task, from: nonce, count: Self.slice) {
                    tried.add(found &- nonce &+ 1, ordering: .relaxed)
                    outcome.settle(.success(found))
                    return
                }
            } catch {
                outcome.settle(.failure(error))
                return
            }
            tried.add(UInt64(Self.slice), ordering: .relaxed)
            nonce &+= UInt64(Self.slice)
        }
    }

    /// Whether the thread is still wanted; where it stands is remembered for a thread that takes its place.
    private func goesOn(_ index: Int, at nonce: UInt64) -> Bool {
        state.withLock { state in
            guard index >= state.wanted else { return true }
            state.next[index] = nonce
            state.running.remove(index)
            return false
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
