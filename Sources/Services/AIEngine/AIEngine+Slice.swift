import BeaconTypes
public import LearningTask
import LossGate
public import LoRA
public import Primitives
public import ServiceInterfaces

/// What drawing slices takes: the chain's pools, and the base model's tokens of a sentence.
public struct SliceSource: Sendable {
    let pools: GuardPools
    let encode: @Sendable (String) -> [Int32]

    public init(pools: GuardPools, encode: @escaping @Sendable (String) -> [Int32]) {
        self.pools = pools
        self.encode = encode
    }
}

extension AIEngine {
    public func evaluateSlice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) async throws -> GuardEvaluation {
        guard let source = setting.slices else { return .none }
        let sentences = source.pools.slice(seed)
        let started = ContinuousClock.now
        let report = try await gate.slice(
            task: sentences.task.map(source.encode), general: sentences.general.map(source.encode), parent: parent, result: result)
        return GuardEvaluation(
            losses: GuardLosses(
                taskBefore: report.taskBefore, taskAfter: report.taskAfter, generalBase: report.generalBase,
                generalParent: report.generalParent, generalAfter: report.generalAfter),
            beforeRoot: report.before.lossesRoot, afterRoot: report.after.lossesRoot,
            seconds: (ContinuousClock.now - started) / .seconds(1))
    }
}
