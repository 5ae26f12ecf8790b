import LoRA
import ModelFiles
import Primitives
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

/// Updates that every machine must find, bit for bit, so that a replay can say "equal". A change of these digests is a
/// change of the arithmetic: older rounds could no longer be replayed.
@Suite struct FixedBitsTests {
    @Test(arguments: [
        ("llama", "920136cb48803dfc3135654ae491a7172ef0bb8bfe5292cd456e857bb3210063"),
        ("qwen2", "92039d3a5f5109447af8eeaa4d3cc84ece46d8d7ee9130214487a333f94b5ee9"),
        ("yarn-rope", "52e8bec779b8d654a689b22baa3e096865a73a85aabfbfccf090465d9266a352"),
    ])
    func rounds(name: String, digest: String) throws {
        let tiny = try #require(TinyModel(named: name))
        let context = ComputeContext(pool: ComputePool(threads: 2, niceness: 0))
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        let round = TrainingRound(
            seed: TinyModel.root, steps: 4, data: TrainingData(tokens: (0..<500).map { Int32($0 * $0 % 640) }),
            configuration: TrainingConfiguration(learningRate: 3e-3, batchSize: 3, sequenceLength: 40, warmupSteps: 2))
        let result = try CPUTrainingBackend(model: model, context: context).train(round, from: tiny.adapter(dropout: 0.05))
        #expect(SHA256.hash(result.delta.bytes).bytes.bareHex == digest)
    }
}
