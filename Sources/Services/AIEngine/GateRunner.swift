import Dispatch
import LoRA
import LossGate
import ServiceInterfaces
import Synchronization

/// Runs the loss gate on a thread of its own, one evaluation at a time, so that it never blocks Swift's tasks.
final class GateRunner: Sendable {
    private let gate: @Sendable () async throws -> LossGate
    private let queue = DispatchQueue(label: "polai.loss-gate")
    private let fraction = Mutex<Double?>(nil)

    init(_ gate: @escaping @Sendable () async throws -> LossGate) {
        self.gate = gate
    }

    /// How much of the evaluation under way is done, 0 to 1; `nil` when idle.
    var progress: Double? { fraction.withLock { $0 } }

    /// The loss with `adapter`; stops early when the task is cancelled.
    func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        let gate = try await self.gate()
        let cancelled = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in continuation.resume(with: Result { try run(gate, adapter, cancelled) }) }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    private func run(_ gate: LossGate, _ adapter: LoRAAdapter, _ cancelled: CancellationFlag) throws -> LossEvaluation {
        fraction.withLock { $0 = 0 }
        defer { fraction.withLock { $0 = nil } }
        let started = ContinuousClock.now
        let report = try gate.evaluate(
            adapter,
            progress: { [self] progress in
                fraction.withLock { $0 = Double(progress.tokensDone) / Double(max(1, progress.tokenCount)) }
            },
            isCancelled: { cancelled.isSet })
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return LossEvaluation(lossBits: report.lossBits, tokens: report.tokenCount, seconds: seconds)
    }
}

/// A flag that is set once, from any thread.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    func set() { flag.store(true, ordering: .relaxed) }
    var isSet: Bool { flag.load(ordering: .relaxed) }
}
