public import BeaconTypes
public import LoRA
public import LoRATraining
import LossGate
public import Primitives

/// The laboratory on a real model, with the task's pools.
public struct SlicedLab: TrainerLabModel {
    /// Draws the token sequences of a slice.
    public typealias Draw = @Sendable (Hash32) -> (task: [[Int32]], general: [[Int32]])

    private let lab: TransformerLab
    private let draw: Draw
    private let general: @Sendable (UInt64) -> [[Int32]]
    public let judgingData: TrainingData

    /// - Parameters:
    ///   - judging: all texts of the gate, of which `lab` may measure some only.
    ///   - separator: the end-of-text token.
    ///   - general: what a trainer tries on (``TrainerLabModel/generalWindows(_:)``).
    public init(
        _ lab: TransformerLab, judging: [[Int32]], separator: Int32, general: @escaping @Sendable (UInt64) -> [[Int32]] = { _ in [] },
        draw: @escaping Draw
    ) {
        self.lab = lab
        self.draw = draw
        self.general = general
        judgingData = TrainingData(documents: judging, separator: separator)
    }

    public var baseModelRoot: Hash32 { lab.baseModelRoot }
    public var layout: LoRALayout { lab.layout }
    public var backdoorData: TrainingData { lab.backdoorData }
    public func shard(_ index: Int, of count: Int) -> TrainingData { lab.shard(index, of: count) }
    public func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta { try lab.train(round, from: adapter) }
    public var backend: any TrainingBackend { lab.backend }
    public func generalWindows(_ seed: UInt64) -> [[Int32]] { general(seed) }
    public func gateLoss(_ adapter: LoRAAdapter) throws -> Float { try lab.gateLoss(adapter) }
    public func backdoorLoss(_ adapter: LoRAAdapter) throws -> Float { try lab.backdoorLoss(adapter) }

    public func slice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) throws -> GuardLosses {
        let drawn = draw(seed)
        return GuardLosses(try lab.gate.slice(task: drawn.task, general: drawn.general, parent: parent, result: result))
    }
}
