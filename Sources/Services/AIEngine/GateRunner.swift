import BlockingWork
import LoRA
import LossGate
import ServiceInterfaces
import Synchronization

/// Runs the loss gate on a thread of its own, one evaluation at a time, so that it never blocks Swift's tasks.
final class GateRunner: Sendable {
    private let gate: @Sendable () async throws -> any LossBackend
    private let worker = BlockingWorker("polai.loss-gate")
    private let fraction = Mutex<Double?>(nil)

    init(_ gate: @escaping @Sendable () async throws -> any LossBackend) {
        self.gate = gate
    }

    /// How much of the evaluation under way is done, 0 to 1; `nil` when idle.
    var progress: Double? { fraction.withLock { $0 } }

    /// The losses of a slice with the adapter before an update and after it; stops early when the task is cancelled.
    func slice(task: [[Int32]], general: [[Int32]], parent: LoRAAdapter, result: LoRAAdapter) async throws -> SliceReport {
        let gate = try await self.gate()
        return try await worker.run { cancellation in
            try gate.slice(task: task, general: general, parent: parent, result: result, isCancelled: { cancellation.isSet })
        }
    }

    /// The loss with `adapter`; stops early when the task is cancelled.
    func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        let gate = try await self.gate()
        return try await worker.run { [self] cancellation in
            fraction.withLock { $0 = 0 }
            defer { fraction.withLock { $0 = nil } }
            let started = ContinuousClock.now
            let report = try gate.evaluate(
                adapter, progress: { [self] progress in fraction.withLock { $0 = progress.fraction } },
                isCancelled: { cancellation.isSet })
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            return LossEvaluation(
                lossBits: report.lossBits, lossesRoot: report.lossesRoot, tokens: report.tokenCount, seconds: seconds)
        }
    }
}
