import BlockingWork
import ServiceInterfaces
import Synchronization

/// Lets calls have their turn on one thread, so many wait at once and no more, and each ends after a time.
final class CallTurns: Sendable {
    /// Calls that wait or run at most.
    private let room: Int
    /// How long a call may take once it has its turn; geth's `--rpc.evmtimeout`.
    private let timeLimit: Duration
    private let worker = BlockingWorker("polai.execution-calls")
    private let inside = Atomic(0)

    init(room: Int, timeLimit: Duration) {
        self.room = room
        self.timeLimit = timeLimit
    }

    /// Whether a call should end: nobody waits for it, or its time is over.
    struct Limit: Sendable {
        let cancellation: BlockingWorker.Cancellation
        let deadline: ContinuousClock.Instant

        var isReached: Bool { cancellation.isSet || isOver }
        var isOver: Bool { ContinuousClock.now >= deadline }
    }

    /// - Throws: `InspectionError.busy` when too many wait, else what `body` throws.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Limit) throws -> Value) async throws -> Value {
        guard inside.add(1, ordering: .relaxed).newValue <= room else {
            inside.subtract(1, ordering: .relaxed)
            throw InspectionError.busy
        }
        defer { inside.subtract(1, ordering: .relaxed) }
        let timeLimit = timeLimit
        return try await worker.run { cancellation in
            // Who went away while others had their turn needs no answer.
            guard !cancellation.isSet else { throw CancellationError() }
            let limit = Limit(cancellation: cancellation, deadline: .now + timeLimit)
            return try body(limit)
        }
    }
}
