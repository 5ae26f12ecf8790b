import Foundation
import LoRA
import LoRATraining
import LossGate
import ModelFiles
import Primitives
import TrainingTexts
import Transformer

/// The base model with its weights packed, and everything that works on it.
struct PackedModel {
    let root: Hash32
    let layout: LoRALayout
    let gate: CPULossBackend
    /// The gate on one thread to which all others are preferred.
    let quietGate: CPULossBackend
    let backend: CPUTrainingBackend
    /// The training text, one passage an element.
    let documents: [[Int32]]
    let separator: Int32
    let tokenizer: Tokenizer
    let trainingContext: ComputeContext

    /// Every `count`-th passage from `index` on: shards of one count share nothing.
    func shard(_ index: Int, of count: Int) -> TrainingData {
        TrainingData(documents: stride(from: index, to: documents.count, by: count).map { documents[$0] }, separator: separator)
    }
}

extension ModelSetup {
    /// Reads and packs the weights, showing progress. Takes seconds, on the threads that gate and trainer use later.
    func pack() throws -> PackedModel { try pack(LearningThreads(threads)) }

    /// The same on threads that are there.
    func pack(_ contexts: LearningThreads) throws -> PackedModel {
        let texts = devTexts.sentences.map { base.tokenizer.encode($0) }
        let model = try ProgressBar.loading(name) { progress in
            try TransformerModel(
                weights: base.weights, baseModelRoot: base.root, context: contexts.gate, storage: weights.storage, progress: progress)
        }
        return PackedModel(
            root: root, layout: layout,
            gate: try CPULossBackend(model: model, texts: texts, context: contexts.gate),
            quietGate: try CPULossBackend(model: model, texts: texts, context: contexts.quiet),
            backend: CPUTrainingBackend(model: model, context: contexts.training),
            documents: passages.map { base.tokenizer.encode($0) }, separator: base.tokenizer.endToken ?? 0,
            tokenizer: base.tokenizer, trainingContext: contexts.training)
    }
}
