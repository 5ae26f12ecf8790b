public import LoRA

/// What a candidate's guard slice showed: sentences of the task, and general ones that must not get worse.
public struct SliceReport: Sendable, Equatable {
    /// Sentences of the task among those of `before` and `after`; they come first.
    public let taskCount: Int
    /// With the parent adapter.
    public let before: LossReport
    /// With the update applied.
    public let after: LossReport
    /// The general sentences with the base model alone.
    public let base: LossReport

    /// Bits of the mean losses of one part, as ``LossReport/lossBits``.
    public var taskBefore: UInt32 { LossReport(texts: Array(before.texts.prefix(taskCount))).lossBits }
    public var taskAfter: UInt32 { LossReport(texts: Array(after.texts.prefix(taskCount))).lossBits }
    public var generalBase: UInt32 { base.lossBits }
    public var generalParent: UInt32 { LossReport(texts: Array(before.texts.dropFirst(taskCount))).lossBits }
    public var generalAfter: UInt32 { LossReport(texts: Array(after.texts.dropFirst(taskCount))).lossBits }
}

extension LossBackend {
    /// Measures a slice with the adapter before an update and after it.
    ///
    /// - Parameters:
    ///   - task: token sequences of the task's sentences. One of fewer than two tokens predicts nothing and is passed over.
    ///   - general: the same of general text.
    public func slice(
        task: [[Int32]], general: [[Int32]], parent: LoRAAdapter, result: LoRAAdapter, isCancelled: @Sendable () -> Bool = { false }
    ) throws(LossGateError) -> SliceReport {
        let (task, general) = (task.filter { $0.count >= 2 }, general.filter { $0.count >= 2 })
        let all = try measuring(task + general)
        let before = try all.evaluate(parent, progress: { _ in }, isCancelled: isCancelled)
        let after = try all.evaluate(result, progress: { _ in }, isCancelled: isCancelled)
        let base = try measuring(general).evaluate(nil, progress: { _ in }, isCancelled: isCancelled)
        return SliceReport(taskCount: task.count, before: before, after: after, base: base)
    }
}
