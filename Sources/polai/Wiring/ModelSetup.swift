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
    let data: TrainingData

    /// Loads the model at `path` and the training text, showing progress.
    ///
    /// - Parameter corpusPath: a text file to train on; the built-in corpus when `nil`.
    init(path: String, corpusPath: String?, threads: Int?) throws {
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
            weights: base.weights, baseModelRoot: base.root, context: ComputeContext(pool: gatePool),
            progress: { bar.update(Double($0) / Double(max(1, $1))) })
        bar.finish()
        name = (path as NSString).lastPathComponent
        root = base.root
        layout = LoRALayout(model: base.configuration)
        parameterCount = UInt64(model.byteCount / 4)
        gate = try LossGate(
            model: model, texts: TrainingTexts.devTexts.sentences.map { base.tokenizer.encode($0) },
            context: ComputeContext(pool: gatePool))
        backend = CPUTrainingBackend(model: model, context: ComputeContext(pool: trainerPool))
        data = TrainingData(
            documents: try Self.corpus(corpusPath).lines.map { base.tokenizer.encode($0) },
            separator: base.tokenizer.endToken ?? 0)
    }

    private static func corpus(_ path: String?) throws -> Corpus {
        guard let path else { return try Corpus(bytes: TrainingTexts.corpusBytes) }
        guard let data = FileManager.default.contents(atPath: path) else { throw SetupError("cannot read the training text \(path)") }
        return try Corpus(bytes: Array(data))
    }
}
