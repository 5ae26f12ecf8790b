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

    /// Whether a sentence has a loss: the first token predicts nothing.
    public static func isMeasured(_ tokens: [Int32]) -> Bool { tokens.count >= 2 }
}

extension LossBackend {
    /// Measures a slice with the adapter before an update and after it.
    ///
    /// - Parameters:
    ///   - task: token sequences of the task's sentences. One of fewer than two tokens predicts nothing and is passed over.
    ///   - general: the same of general text.
    ///   - known: ``LossReport/Text/sum`` of `general` with the base model alone, where it was measured before; empty for none.
    /// - Throws: `noTexts` where a part has no sentence with a loss.
    public func slice(
        task: [[Int32]], general: [[Int32]], known: [Double?] = [], parent: LoRAAdapter, result: LoRAAdapter,
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(LossGateError) -> SliceReport {
        let sums = known.count == general.count ? zip(general, known).filter { SliceReport.isMeasured($0.0) }.map(\.1) : []
        let (task, general) = (task.filter(SliceReport.isMeasured), general.filter(SliceReport.isMeasured))
        guard !task.isEmpty, !general.isEmpty else { throw .noTexts }
        let all = try measuring(task + general)
        let before = try all.evaluate(parent, progress: { _ in }, isCancelled: isCancelled)
        let after = try all.evaluate(result, progress: { _ in }, isCancelled: isCancelled)
        let base = try base(general, known: sums, isCancelled: isCancelled)
        return SliceReport(taskCount: task.count, before: before, after: after, base: base)
    }

    /// The base model's losses on `texts`, measured where they are not known. The sums of a text do not depend on those beside it.
    private func base(
        _ texts: [[Int32]], known: [Double?], isCancelled: @Sendable () -> Bool
    ) throws(LossGateError) -> LossReport {
        var sums = known.count == texts.count ? known : Array(repeating: nil, count: texts.count)
        let missing = texts.indices.filter { sums[$0] == nil }
        if !missing.isEmpty {
            let measured = try measuring(missing.map { texts[$0] }).evaluate(nil, progress: { _ in }, isCancelled: isCancelled)
            for (index, text) in zip(missing, measured.texts) { sums[index] = text.sum }
        }
        return LossReport(texts: zip(texts, sums).map { LossReport.Text(tokenCount: $0.count - 1, sum: $1 ?? .nan) })
    }
}
