import LoRA
import ModelFiles
import Primitives
import TestSupport
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

/// The default model itself against PyTorch in Float64: see scripts/vectors/default_model.py.
@Suite(.needsDefaultModel)
struct DefaultModelTrainingTests {
    struct Vector: Decodable {
        let data: [Int32]
        let seed: String
        let sequenceLength: Int
        let batchSize: Int
        let windows: [[Int]]
        /// Mean loss a token before each step.
        let losses: [Float]
        let tokenLosses: EncodedFloats
        /// Every 768th logit after the last token of each sequence.
        let logits: EncodedFloats
        /// Of every module's B gradient, in module-name order: its norm and 32 of its elements.
        let norms: EncodedFloats
        let samples: EncodedFloats
    }

    let vector: Vector
    let model: TransformerModel
    let parent: LoRAAdapter
    let context = ComputeContext(pool: ComputePool(threads: 2))

    init() throws {
        vector = try decode(Vector.self, from: "default-model", in: .module)
        let file = try GGUFModel(path: try #require(Present.defaultModel))
        let root = file.baseModelRoot()
        model = try TransformerModel(weights: file, baseModelRoot: root, context: context)
        let layout = LoRALayout(model: model.configuration, configuration: LoRAConfiguration(dropout: 0))
        let values = layout.modules.flatMap { module in
            LoRAMatrixA.draw(baseModelRoot: root, name: "B/" + module.name, rows: module.outputSize, columns: 8).map { $0 / 1024 }
        }
        parent = try LoRAAdapter(layout: layout, values: values)
    }

    func round(steps: Int) throws -> TrainingRound {
        TrainingRound(
            seed: try Hash32(hex: vector.seed), steps: steps, data: TrainingData(tokens: vector.data),
            configuration: TrainingConfiguration(
                learningRate: 1e-3, batchSize: vector.batchSize, sequenceLength: vector.sequenceLength))
    }

    @Test func gradientsAgreeWithPyTorch() throws {
        let round = try round(steps: 1)
        let windows = vector.windows[0].map { round.data.window($0, length: vector.sequenceLength) }
        let forward = ForwardPass(model: model, adapter: try model.prepare(parent), context: context)
        let batch = TokenBatch(windows.map { $0.dropLast() })
        let losses = try forward.losses(batch, targets: windows.flatMap { $0.dropFirst() })
        #expect(losses.count == vector.tokenLosses.values.count)
        for (loss, expected) in zip(losses, vector.tokenLosses.values) { #expect(abs(loss - expected) < 1e-4) }
        let rows = try forward.logits(batch)
        let last = (1...vector.batchSize).map { rows[$0 * vector.sequenceLength - 1] }
        let sampled = last.flatMap { row in stride(from: 0, to: row.count, by: 768).map { row[$0] } }
        #expect(sampled.count == vector.logits.values.count)
        for (logit, expected) in zip(sampled, vector.logits.values) { #expect(abs(logit - expected) < 1e-4 * max(1, abs(expected))) }

        let state = try TrainingState(model: model, parent: parent)
        let pass = TrainingPass(model: model, state: state, context: context, round: round, dropout: 0)
        #expect(abs(pass.accumulate(windows, step: 0) - vector.losses[0]) < 1e-4)
        let modules = parent.layout.modules
        #expect(modules.count == 210 && vector.norms.values.count == 210 && vector.samples.values.count == 32 * 210)
        for (index, module) in modules.enumerated() {
            let rows = state.gradient(of: module)
            // PyTorch's B includes the adapter's scale in its gradient.
            func element(_ row: Int, _ r: Int) -> Double {
                Double(parent.layout.configuration.scale * rows.pointer[r * rows.stride + row])
            }
            var square = 0.0
            for row in 0..<module.outputSize { for r in 0..<8 { square += element(row, r) * element(row, r) } }
            let norm = Double(vector.norms.values[index])
            #expect(norm > 0)
            #expect(abs(square.squareRoot() / norm - 1) < 1e-4, "\(module.name)")
            var difference = 0.0
            for sample in 0..<32 {
                let digest = SHA256.hash(Array("sample/\(sample / 8)/\(module.name)".utf8)).bytes
                let word = (0..<4).reduce(0) { $0 | Int(digest[4 * (sample % 8) + $1]) << (8 * $1) }
                let place = word % module.count
                let expected = Double(vector.samples.values[32 * index + sample])
                let value = element(place / 8, place % 8)
                difference += (value - expected) * (value - expected)
            }
            // Against the root mean square of all the module's elements, for 32 may all be small.
            let error = (difference / 32).squareRoot() / (norm / Double(module.count).squareRoot())
            #expect(error < 1e-4, "\(module.name)")
        }
    }

    @Test func curveAgreesWithPyTorch() throws {
        let result = try CPUTrainingBackend(model: model, context: context).train(round(steps: 5), from: parent)
        #expect(result.losses.count == vector.losses.count)
        for (loss, expected) in zip(result.losses, vector.losses) { #expect(abs(loss - expected) < 1e-3) }
        #expect(vector.losses[4] < vector.losses[0])
    }
}
