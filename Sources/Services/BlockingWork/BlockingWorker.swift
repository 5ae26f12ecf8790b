import Dispatch
import Synchronization

/// A thread for work that blocks or computes for long, one piece at a time in the order it was given, so that Swift's
/// tasks never wait behind it.
///
/// ```swift
/// let worker = BlockingWorker("polai.loss-gate")
/// let report = try await worker.run { cancellation in try gate.evaluate(adapter, isCancelled: { cancellation.isSet }) }
/// ```
public final class BlockingWorker: Sendable {
    private let queue: DispatchQueue

    /// - Parameter name: what a debugger calls the thread.
    public init(_ name: String) { queue = DispatchQueue(label: name) }

    /// Runs `body` on the worker's thread and gives what it gives.
    ///
    /// `body` is told of the cancellation of the task that waits, and decides itself how soon to end and how: it always
    /// runs, also where the task was cancelled before its turn.
    public func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ cancellation: Cancellation) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try body(cancellation) }) }
            }
        } onCancel: {
            cancellation.set()
        }
    }

    /// A flag that is set once, from any thread.
    public final class Cancellation: Sendable {
        private let flag = Atomic(false)

        fileprivate init() {}

        /// Whether nobody waits for the work any more.
        public var isSet: Bool { flag.load(ordering: .relaxed) }

        fileprivate func set() { flag.store(true, ordering: .relaxed) }
    }
}
