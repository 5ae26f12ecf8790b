public import LoRA
public import LoRATraining
public import LossGate
public import Primitives
public import Transformer

/// The laboratory on a real model.
public struct TransformerLab: LabModel {
    let backend: CPUTrainingBackend
    let gate: any LossBackend
    private let backdoorGate: any LossBackend
    private let documents: [[Int32]]
    private let separator: Int32
    public let layout: LoRALayout
    public let baseModelRoot: Hash32
    public let backdoorData: TrainingData

    /// - Parameters:
    ///   - texts: what the gate measures on.
    ///   - documents: the training text; every n-th document is a trainer's.
    ///   - backdoor: a text with a trigger and its answer.
    ///   - separator: the end-of-text token.
    public init(
        model: TransformerModel, layout: LoRALayout, baseModelRoot: Hash32, context: ComputeContext, texts: [[Int32]],
        documents: [[Int32]], backdoor: [Int32], separator: Int32
    ) throws(LossGateError) {
        self.layout = layout
        self.baseModelRoot = baseModelRoot
        self.documents = documents
        self.separator = separator
        backend = CPUTrainingBackend(model: model, context: context)
        gate = try CPULossBackend(model: model, texts: texts, context: context)
        backdoorGate = try CPULossBackend(model: model, texts: [backdoor], context: context)
        backdoorData = TrainingData(documents: [[Int32]](repeating: backdoor, count: 64), separator: separator)
    }

    public func shard(_ index: Int, of count: Int) -> TrainingData {
        TrainingData(documents: stride(from: index, to: documents.count, by: max(1, count)).map { documents[$0] }, separator: separator)
    }

    public func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta {
        try backend.train(round, from: adapter).delta
    }

    public func gateLoss(_ adapter: LoRAAdapter) throws -> Float { try gate.evaluate(adapter).loss }
    public func backdoorLoss(_ adapter: LoRAAdapter) throws -> Float { try backdoorGate.evaluate(adapter).loss }
}
