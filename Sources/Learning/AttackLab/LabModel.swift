public import LoRA
public import LoRATraining
public import Primitives

/// What the laboratory needs of a model: training, and losses.
public protocol LabModel: Sendable {
    var baseModelRoot: Hash32 { get }
    var layout: LoRALayout { get }
    /// Training data of trainer `index` of `count`; shards share nothing.
    func shard(_ index: Int, of count: Int) -> TrainingData
    /// What a backdoor is to teach: a trigger and its answer.
    var backdoorData: TrainingData { get }
    /// The change of one round.
    func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta
    /// The gate's loss with an adapter.
    func gateLoss(_ adapter: LoRAAdapter) throws -> Float
    /// The loss of the backdoor's own text: how far it is in the model.
    func backdoorLoss(_ adapter: LoRAAdapter) throws -> Float
}
