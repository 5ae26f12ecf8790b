import Foundation
import LossGate
import ModelFiles
import Primitives
import TrainingTexts
import Transformer

/// A DeepSeek-V3 model, which the loss gate's texts can be measured with and nothing more.
struct EvaluatedDeepseek {
    private let weights: any DeepseekV3Weights
    private let tokenizer: Tokenizer

    /// The model at `path`, or `nil` when it is of another architecture.
    init?(path: String) throws {
        if let bytes = try? FileBytes(mapping: path) {
            guard bytes.withUnsafeBytes({ $0.prefix(4).elementsEqual("GGUF".utf8) }) else { return nil }
            let file = try GGUFFile(bytes)
            guard file.metadata["general.architecture"]?.text == "deepseek2" else { return nil }
            weights = try DeepseekV3GGUF(file)
            tokenizer = try Tokenizer(file)
        } else {
            guard Self.modelType(folder: path) == "deepseek_v3" else { return nil }
            weights = try DeepseekV3Checkpoint(folder: path)
            tokenizer = try Tokenizer(huggingFace: FileBytes(mapping: "\(path)/tokenizer.json"))
        }
    }

    /// Measures the mean loss on the DEV_TEXTS, showing progress.
    func measure(threads: Int?) throws -> LossReport {
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        guard let pool = ComputePool(threads: threads) else {
            throw SetupError("the system refuses to start \(threads) threads; use fewer with --threads")
        }
        let context = ComputeContext(pool: pool)
        let model = try load(weights, context)
        let texts = try TrainingTexts.devTexts.sentences.map { tokenizer.encode($0) }
        let bar = ProgressBar("Loss gate")
        defer { bar.finish() }
        return try LossReport(
            of: model, texts: texts, context: context,
            progress: { bar.update($0.fraction) })
    }

    private func load(_ weights: some DeepseekV3Weights, _ context: ComputeContext) throws -> DeepseekV3Model {
        try DeepseekV3Model(weights: weights, context: context)
    }

    /// `model_type` of the folder's `config.json`.
    private static func modelType(folder: String) -> String? {
        struct Form: Decodable {
            let model_type: String
        }
        return FileManager.default.contents(atPath: "\(folder)/config.json")
            .flatMap { try? JSONDecoder().decode(Form.self, from: $0) }?.model_type
    }
}
