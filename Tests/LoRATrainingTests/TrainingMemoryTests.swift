import LoRA
import ModelFiles
import Primitives
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

/// What is kept in memory, and how, leaves no trace in a round's result.
@Suite struct TrainingMemoryTests {
    let data = TrainingData(tokens: (0..<400).map { Int32($0 * $0 % 600) })

    func train(
        _ weights: some ModelWeights, _ storage: WeightStorage, _ activations: ActivationStorage, threads: Int
    ) throws -> TrainingResult {
        let context = ComputeContext(pool: ComputePool(threads: threads, niceness: 0))
        let model = try TransformerModel(weights: weights, baseModelRoot: TinyModel.root, context: context, storage: storage)
        let round = TrainingRound(
            seed: TinyModel.root, steps: 3, data: data,
            configuration: TrainingConfiguration(learningRate: 1e-2, batchSize: 4, sequenceLength: 24))
        let backend = CPUTrainingBackend(model: model, context: context, activations: activations)
        return try backend.train(round, from: LoRAAdapter.zero(LoRALayout(model: model.configuration)))
    }

    @Test(arguments: [GGMLType.f16, .bf16, .q8_0, .q4_0, .q4_1, .q4_K, .q6_K])
    func sameBitsFromEveryEncoding(type: GGMLType) throws {
        for architecture in ModelConfiguration.Architecture.allCases {
            let file = try GGUFModel(EncodedModel.file(architecture, type))
            let expected = try train(ValuesOnly(file), .packed, .kept, threads: 0)
            #expect(expected.delta.values.contains { $0 != 0 })
            #expect(try train(file, .encoded, .kept, threads: 2) == expected)
            #expect(try train(file, .encoded, .recomputed, threads: 1) == expected)
        }
    }

    @Test(arguments: ["llama", "qwen2"]) func sameBitsWhenLayersRunAgain(name: String) throws {
        let tiny = try #require(TinyModel(named: name))
        let expected = try train(tiny, .packed, .kept, threads: 2)
        #expect(try train(tiny, .packed, .recomputed, threads: 2) == expected)
        #expect(try train(tiny, .packed, .fitting(memory: 1), threads: 0) == expected)
    }

    @Test func choosesByMemory() throws {
        let configuration = try #require(TinyModel(named: "llama")).configuration
        #expect(!ActivationStorage.kept.recomputes(configuration, rank: 16, rows: 512))
        #expect(ActivationStorage.recomputed.recomputes(configuration, rank: 16, rows: 1))
        let widths = TrainingArena.Widths(configuration, rank: 16)
        let bytes = 4 * 512 * 2 * (widths.kept + widths.hidden)
        #expect(!ActivationStorage.fitting(memory: 8 * bytes).recomputes(configuration, rank: 16, rows: 512))
        #expect(ActivationStorage.fitting(memory: 8 * bytes - 8).recomputes(configuration, rank: 16, rows: 512))
    }
}
