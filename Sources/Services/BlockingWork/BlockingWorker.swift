import Dispatch
import Synchronization

/// A thread for work that blocks or computes for long, so that Swift's tasks never wait behind it: of those there are as many
/// as cores, and a long computation on one is a core less for who reads.
///
/// ```swift
/// let worker = BlockingWorker("polai.loss-gate")
/// let report = try await worker.run { cancellation in try gate.evaluate(adapter, isCancelled: { cancellation.isSet }) }
/// ```
public final class BlockingWorker: Sendable {
    private let queue: DispatchQueue

    /// - Parameters:
    ///   - name: what a debugger calls the thread.
    ///   - isConcurrent: whether pieces run beside each other, each on a thread of its own; else one at a time, in the order
    ///     they were given.
    public init(_ name: String, isConcurrent: Bool = false) {
        queue = DispatchQueue(label: name, attributes: isConcurrent ? .concurrent : [])
    }

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
