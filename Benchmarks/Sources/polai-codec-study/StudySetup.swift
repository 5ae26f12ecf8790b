import Foundation
import LoRA
import LoRATraining
import LossGate
import ModelFiles
import Primitives
import TrainingTexts
import Transformer

/// The default model and the texts of the study.
///
/// Every tenth line of the built-in corpus is held out: no method trains on it or tries anything on it. The rest is
/// a trainer's data, of which it splits off its own validation windows as in production.
struct StudySetup {
    let layout: LoRALayout
    let backend: CPUTrainingBackend
    let split: ValidationSplit
    /// Windows of the held-out lines.
    let heldOut: [[Int32]]
    /// The first DEV_TEXTS, for the way.
    let someTexts: CPULossBackend
    /// All 512.
    let devTexts: CPULossBackend

    init(model path: String, threads: Int) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StudyError("the model \(path) is not there; run 'make setup', or name one with --model")
        }
        let base = try BaseModel(path: path)
        guard let pool = ComputePool(threads: threads, niceness: 0) else {
            throw StudyError("the system refuses to start \(threads) threads; use fewer with --threads")
        }
        let context = ComputeContext(pool: pool)
        let model = try TransformerModel(weights: base.weights, baseModelRoot: base.root, context: context)
        layout = LoRALayout(model: try base.configuration)
        backend = CPUTrainingBackend(model: model, context: context)
        let separator = base.tokenizer.endToken ?? 0
        let lines = try TrainingTexts.corpus.lines.map { base.tokenizer.encode($0) }
        let trained = lines.enumerated().filter { $0.offset % 10 != 9 }.map(\.element)
        let held = TrainingData(documents: lines.enumerated().filter { $0.offset % 10 == 9 }.map(\.element), separator: separator)
        let length = TrainingConfiguration.standard.sequenceLength
        split = ValidationSplit(TrainingData(documents: trained, separator: separator), sequenceLength: length)
        heldOut = stride(from: 0, to: held.tokens.count - length - 1, by: length).map { Array(held.tokens[$0...$0 + length]) }
        let texts = try TrainingTexts.devTexts.sentences.map { base.tokenizer.encode($0) }
        devTexts = try CPULossBackend(model: model, texts: texts, context: context)
        someTexts = try CPULossBackend(model: model, texts: Array(texts.prefix(128)), context: context)
    }
}

/// Why the study cannot go on.
struct StudyError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
