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
        data = try TrainingData(corpus: corpusPath, tokenizer: base.tokenizer)
    }
}

extension TrainingData {
    /// The tokens of a text file, one passage a line; of the built-in corpus when `path` is `nil`.
    init(corpus path: String?, tokenizer: Tokenizer) throws {
        let corpus: Corpus
        if let path {
            guard let data = FileManager.default.contents(atPath: path) else { throw SetupError("cannot read the training text \(path)") }
            corpus = try Corpus(bytes: Array(data))
        } else {
            corpus = try Corpus(bytes: TrainingTexts.corpusBytes)
        }
        self.init(documents: corpus.lines.map { tokenizer.encode($0) }, separator: tokenizer.endToken ?? 0)
    }
}
