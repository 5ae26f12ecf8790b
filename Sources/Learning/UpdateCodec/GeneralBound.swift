import LoRA
import LoRATraining

/// What an update may do to general text, as the trainer weighs it: nothing worse than its parent, or it has to bring far more.
///
/// A step so long that it does best on the task forgets elsewhere, and the chain's guard slice refuses it
/// (docs/protocol.md#the-guard-slice). Where general text gets worse, each nat costs as many as ``weight`` on the task.
struct GeneralBound {
    /// A step grows by doubling. Then what the task gains shrinks and what is forgotten grows fourfold, so that the exact number matters
    /// little; it has to be large enough for a step whose harm is 1 % of the loss to lose whatever it gains.
    static let weight: Float = 8

    private let windows: [[Int32]]
    private let backend: any TrainingBackend
    private let before: Float

    /// - Returns: `nil` where there is nothing to measure.
    init?(_ windows: [[Int32]], parent: LoRAAdapter, backend: any TrainingBackend) {
        guard !windows.isEmpty, let before = try? backend.loss(of: parent, on: windows), before.isFinite else { return nil }
        (self.windows, self.backend, self.before) = (windows, backend, before)
    }

    /// What is added to the task's loss under `adapter`.
    func penalty(of adapter: LoRAAdapter) -> Float {
        guard let after = try? backend.loss(of: adapter, on: windows) else { return .nan }
        return Self.weight * max(0, after - before)
    }
}
