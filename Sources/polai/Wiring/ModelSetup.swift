import Foundation
import LoRA
import LoRATraining
import LossGate
import ModelFiles
import Primitives
import TrainingTexts
import Transformer

/// The base model, loaded and packed, with everything that works on it.
struct ModelSetup {
    let name: String
    let root: Hash32
    let layout: LoRALayout
    let parameterCount: UInt64
    let gate: LossGate
    let backend: CPUTrainingBackend
    /// The training text, one passage an element.
    let documents: [[Int32]]
    let separator: Int32
    let tokenizer: Tokenizer
    let trainingContext: ComputeContext

    /// Loads the model at `path` and the training text, showing progress.
    ///
    /// - Parameter passages: the text to train on.
    init(path: String, passages: [String], threads: Int?, weights: WeightForm = .auto) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw SetupError("the model \(path) is not there; run 'make setup', or name one with --model")
        }
        let base = try BaseModel(path: path)
        let threadCount = threads ?? ProcessInfo.processInfo.activeProcessorCount
        guard let gatePool = ComputePool(threads: threadCount), let trainerPool = ComputePool(threads: threadCount) else {
            throw SetupError("the system refuses to start \(threadCount) threads; use fewer with --threads")
        }
        let bar = ProgressBar("Loading \((path as NSString).lastPathComponent)")
        let model = try TransformerModel(
            weights: base.weights, baseModelRoot: base.root, context: ComputeContext(pool: gatePool), storage: weights.storage,
            progress: { bar.update(Double($0) / Double(max(1, $1))) })
        bar.finish()
        name = (path as NSString).lastPathComponent
        root = base.root
        layout = LoRALayout(model: base.configuration)
        parameterCount = UInt64(model.byteCount / 4)
        gate = try LossGate(
            model: model, texts: TrainingTexts.devTexts.sentences.map { base.tokenizer.encode($0) },
            context: ComputeContext(pool: gatePool))
        trainingContext = ComputeContext(pool: trainerPool)
        backend = CPUTrainingBackend(model: model, context: trainingContext)
        tokenizer = base.tokenizer
        documents = passages.map { base.tokenizer.encode($0) }
        separator = base.tokenizer.endToken ?? 0
    }

    /// Every `count`-th passage from `index` on: shards of one count share nothing.
    func shard(_ index: Int, of count: Int) -> TrainingData {
        TrainingData(documents: stride(from: index, to: documents.count, by: count).map { documents[$0] }, separator: separator)
    }
}
