public import LoRA
public import LoRATraining

extension UpdateEncoder {
    /// The update that a trainer sends after a round: what was trained and what was left over before, by the codec and
    /// boost with the lowest loss on the held-out windows, of those that leave general text as it is (``GeneralBound``).
    ///
    /// A pure function of its arguments on a reproducible backend: `TrainingRound(updateSeed:steps:split:)`, the chain's
    /// pools and this are all that a replay needs.
    ///
    /// - Parameters:
    ///   - result: what the round yielded.
    ///   - residual: what the update before left over; zero in a trainer's first round and after a refused update.
    ///   - parent: the adapter the round started from.
    ///   - windows: the windows of the data's `ValidationSplit`; without any, the unboosted first candidate is sent.
    ///   - general: windows of general text, on which each candidate that does well is tried too; none asks nothing.
    public func update(
        of result: TrainingResult, residual: LoRADelta, from parent: LoRAAdapter, windows: [[Int32]],
        general: [[Int32]] = [], backend: any TrainingBackend
    ) throws(UpdateFileError) -> EncodedUpdate {
        guard residual.layout == result.delta.layout else {
            throw .wrongLayout(reason: "what was left over belongs to another model")
        }
        let change: LoRADelta
        do throws(LoRAError) {
            change = try LoRADelta(
                layout: result.delta.layout, values: zip(result.delta.values, residual.values).map { $0 + $1 })
        } catch {
            throw .wrongLayout(reason: error.description)
        }
        let boosts = windows.isEmpty ? 1...1 : Self.standardBoosts
        let bound = windows.isEmpty ? nil : GeneralBound(general, parent: parent, backend: backend)
        var lowest = Float.infinity
        return try best(of: change, importance: result.gradientScale, boosts: boosts) { candidate in
            guard let next = try? parent.adding(candidate.delta), let task = try? backend.loss(of: next, on: windows) else { return .nan }
            // General text takes longer than the task's windows, and only makes it worse.
            guard let bound, task < lowest else { return task }
            let weighed = task + bound.penalty(of: next)
            lowest = min(lowest, weighed)
            return weighed
        }.update
    }
}
