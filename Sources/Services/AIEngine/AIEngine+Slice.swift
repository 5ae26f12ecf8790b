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

    /// Tokens of the general sentences at these places.
    func general(_ indices: [Int]) -> [[Int32]] { indices.map { encode(pools.general.sentences[$0]) } }
}

extension AIEngine {
    public func evaluateSlice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) async throws -> GuardEvaluation {
        guard let source = setting.slices else { return .none }
        let drawn = source.pools.indices(seed)
        let (task, general) = (drawn.task.map { source.encode(source.pools.task.sentences[$0]) }, source.general(drawn.general))
        let known = baseLosses(source)
        let started = ContinuousClock.now
        let report = try await gate.slice(
            task: task, general: general, known: drawn.general.map { known[$0] }, parent: parent, result: result)
        let measured = zip(drawn.general, general).filter { SliceReport.isMeasured($0.1) }.map(\.0)
        remember(zip(measured, report.base.texts.map(\.sum)), source)
        return GuardEvaluation(
            losses: GuardLosses(report), beforeRoot: report.before.lossesRoot, afterRoot: report.after.lossesRoot,
            seconds: (ContinuousClock.now - started) / .seconds(1))
    }
}
