import LoRA
import Primitives
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

@Suite struct ValidationSplitTests {
    let data = TrainingData(tokens: (0..<1000).map { Int32($0) })

    @Test func holdsWindowsOut() {
        let split = ValidationSplit(data, count: 5, sequenceLength: 16)
        #expect(split.whole == data)
        #expect(split.windows.count == 5)
        // Tokens are their own positions here.
        for window in split.windows {
            #expect(window.count == 17)
            #expect(window[0] % 16 == 0)
            #expect(window == Array(window[0]...window[0] + 16))
        }
        let held = Set(split.windows.flatMap { $0.dropLast() })
        #expect(held.count == 80)
        #expect(split.training.tokens == data.tokens.filter { !held.contains($0) })
        #expect(ValidationSplit(data, count: 5, sequenceLength: 16) == split)
        // Other data, other blocks.
        let shifted = ValidationSplit(TrainingData(tokens: data.tokens.map { $0 + 1 }), count: 5, sequenceLength: 16)
        #expect(shifted.windows.map { $0[0] - 1 } != split.windows.map { $0[0] })
    }

    @Test func sparesLittleData() {
        let short = TrainingData(tokens: Array(data.tokens.prefix(16 * 9 + 1)))
        #expect(ValidationSplit(short, count: 8, sequenceLength: 16).windows.count == 2)
        let tiny = ValidationSplit(TrainingData(tokens: Array(data.tokens.prefix(40))), count: 8, sequenceLength: 16)
        #expect(tiny.training.tokens.count == 40)
        #expect(tiny.windows.count == 2)
        #expect(ValidationSplit(TrainingData(tokens: []), count: 8, sequenceLength: 16).windows.isEmpty)
        #expect(ValidationSplit(data, count: 0, sequenceLength: 16).windows.isEmpty)
        #expect(ValidationSplit(data, count: 3, sequenceLength: 0).windows.isEmpty)
    }

    @Test func aRoundTrainsOnTheRest() {
        let split = ValidationSplit(data, count: 5, sequenceLength: 16)
        let round = TrainingRound(updateSeed: 0x0102, steps: 4, split: split)
        #expect(round.data == split.training)
        #expect(round.steps == 4)
        #expect(round.seed == SHA256.hash([0, 0, 0, 0, 0, 0, 1, 2]))
    }

    @Test func measuresTheLossOfWindows() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let parent = LoRAAdapter.zero(LoRALayout(model: tiny.configuration))
        let windows = (0..<19).map { start in (0..<17).map { Int32((start * 31 + $0 * $0) % 640) } }
        var seen: [Float] = []
        for threads in 0...2 {
            let context = ComputeContext(pool: ComputePool(threads: threads, niceness: 0))
            let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
            let backend = CPUTrainingBackend(model: model, context: context)
            seen.append(try backend.loss(of: parent, on: windows))
            // The mean over tokens: each window alone weighs the same here.
            let each = try windows.map { Double(try backend.loss(of: parent, on: [$0])) }
            #expect(abs(each.reduce(0, +) / 19 - Double(seen[0])) < 1e-5)
            #expect(throws: TrainingError.self) { try backend.loss(of: parent, on: []) }
            #expect(throws: TrainingError.self) { try backend.loss(of: parent, on: [[1]]) }
            #expect(throws: TrainingError.self) { try backend.loss(of: parent, on: [[1, 640]]) }
            let broken = try LoRAAdapter(layout: parent.layout, values: [Float](repeating: .nan, count: parent.values.count))
            #expect(try backend.loss(of: broken, on: windows).isNaN)
        }
        #expect(Set(seen).count == 1)
    }

    /// The gradients' sizes follow the gradients: zero where nothing flows, positive elsewhere.
    @Test func tellsHowLargeGradientsAre() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let backend = CPUTrainingBackend(
            model: try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context), context: context)
        let parent = LoRAAdapter.zero(LoRALayout(model: tiny.configuration))
        let round = TrainingRound(
            seed: .zero, steps: 1, data: TrainingData(tokens: (0..<300).map { Int32($0 * $0 % 640) }),
            configuration: TrainingConfiguration(learningRate: 1e-3, weightDecay: 0, batchSize: 2, sequenceLength: 16))
        let result = try backend.train(round, from: parent)
        #expect(result.gradientScale.count == parent.values.count)
        // After one step Adam's move is rate · g / (|g| + ε): it tells ε / |g|.
        for (scale, delta) in zip(result.gradientScale, result.delta.values) where scale > 1e-6 {
            #expect(abs(abs(delta) - 1e-3 * scale / (scale + 1e-8)) < 1e-6)
        }
        #expect(result.gradientScale.filter { $0 > 1e-6 }.count > parent.values.count / 2)
    }
}
