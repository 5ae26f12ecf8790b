import LoRA
import LoRATraining
import ModelFiles
import Testing
import TinyModels
import Transformer

@testable import AttackLab

extension LoRALayout {
    /// The modules of a model small enough to be reckoned with value by value.
    static func lab(layers: Int) -> LoRALayout {
        LoRALayout(
            model: ModelConfiguration(
                architecture: .llama, vocabularySize: 10, hiddenSize: 16, intermediateSize: 24, layerCount: layers, headCount: 2,
                keyValueHeadCount: 1, headDimension: 8, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
                attentionBias: false, contextLength: 8))
    }
}

extension TransformerLab {
    /// Token sequences with an order that can be learnt.
    static func documents(_ count: Int) -> [[Int32]] {
        (0..<count).map { index in (0..<30).map { Int32(($0 * 7 + index * 13) % 40) } }
    }

    /// A real, tiny model whose gate measures on the first `texts` of `documents`.
    static func tiny(documents: [[Int32]], texts: Int) throws -> TransformerLab {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        return try TransformerLab(
            model: model, layout: LoRALayout(model: tiny.configuration), baseModelRoot: TinyModel.root, context: context,
            texts: Array(documents.prefix(texts)), documents: documents, backdoor: [600, 601, 602, 603], separator: 0)
    }
}

extension TrainingConfiguration {
    /// Short sequences and a learning rate at which few steps show.
    static func lab(batchSize: Int) -> TrainingConfiguration {
        var configuration = TrainingConfiguration.standard
        configuration.learningRate = 1e-2
        configuration.batchSize = batchSize
        configuration.sequenceLength = 16
        return configuration
    }
}

extension Sequence<Substring> {
    /// How many bars the lines of a Markdown table have: one number where every row has all columns.
    var barCounts: Set<Int> { Set(map { $0.filter { $0 == "|" }.count }) }
}
