import BlockingWork
import LoRA
import LossGate
import ServiceInterfaces
import Synchronization

/// Runs the loss gate on a thread of its own, one evaluation at a time, so that it never blocks Swift's tasks.
///
/// A slice goes before the DEV_TEXTS: its vote is due within seconds. What they had measured by then is measured again.
final class GateRunner: Sendable {
    private let gate: @Sendable () async throws -> any LossBackend
    private let worker = BlockingWorker("polai.loss-gate")
    private let fraction = Mutex<Double?>(nil)
    /// Evaluations that run or wait, and the slices among them.
    private let pending = Atomic(0)
    private let slices = Atomic(0)

    init(_ gate: @escaping @Sendable () async throws -> any LossBackend) {
        self.gate = gate
    }

    /// How much of the evaluation under way is done, 0 to 1; `nil` when idle.
    var progress: Double? { fraction.withLock { $0 } }

    /// Whether anything is being judged or waits for it.
    var isBusy: Bool { pending.load(ordering: .relaxed) > 0 }

    /// The losses of a slice with the adapter before an update and after it; stops early when the task is cancelled.
    ///
    /// - Parameter known: as `LossBackend.slice` takes it.
    func slice(
        task: [[Int32]], general: [[Int32]], known: [Double?], parent: LoRAAdapter, result: LoRAAdapter
    ) async throws -> SliceReport {
        let gate = try await self.gate()
        slices.add(1, ordering: .relaxed)
        return try await measuring { [self] cancellation in
            defer { slices.subtract(1, ordering: .relaxed) }
            return try gate.slice(
                task: task, general: general, known: known, parent: parent, result: result, isCancelled: { cancellation.isSet })
        }
    }

    /// The loss with `adapter`; stops early when the task is cancelled.
    func evaluate(_ adapter: LoRAAdapter) async throws -> LossEvaluation {
        let gate = try await self.gate()
        while true {
            do {
                return try await measuring { [self] cancellation in
                    try evaluate(adapter, gate) { cancellation.isSet || slices.load(ordering: .relaxed) > 0 }
                }
            } catch LossGateError.cancelled where !Task.isCancelled {
                // A slice came in between, and stands before this in the line by now or within a moment.
                await Task.yield()
            }
        }
    }

    private func evaluate(
        _ adapter: LoRAAdapter, _ gate: any LossBackend, isCancelled: @Sendable () -> Bool
    ) throws -> LossEvaluation {
        fraction.withLock { $0 = 0 }
        defer { fraction.withLock { $0 = nil } }
        let started = ContinuousClock.now
        let report = try gate.evaluate(
            adapter, progress: { [self] progress in fraction.withLock { $0 = progress.fraction } }, isCancelled: isCancelled)
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return LossEvaluation(lossBits: report.lossBits, lossesRoot: report.lossesRoot, tokens: report.tokenCount, seconds: seconds)
    }

    private func measuring<Value: Sendable>(
        _ body: @escaping @Sendable (BlockingWorker.Cancellation) throws -> Value
    ) async throws -> Value {
        pending.add(1, ordering: .relaxed)
        return try await worker.run { [self] cancellation in
            defer { pending.subtract(1, ordering: .relaxed) }
            return try body(cancellation)
        }
    }
}
