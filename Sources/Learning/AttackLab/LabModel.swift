public import BeaconTypes
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

/// A model whose updates guard slices judge as well.
public protocol SlicedLabModel: LabModel {
    /// The texts of the gate, to be learnt by whoever wants to pass it.
    var judgingData: TrainingData { get }
    /// What the slice that `seed` draws shows of an update.
    func slice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) throws -> GuardLosses
}

/// A model with all that a node's trainer has.
public protocol TrainerLabModel: SlicedLabModel {
    var backend: any TrainingBackend { get }
    /// Windows of general text on which a trainer tries what it is about to send; others for each seed.
    func generalWindows(_ seed: UInt64) -> [[Int32]]
}
