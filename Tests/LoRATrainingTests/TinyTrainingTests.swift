import Foundation
import LoRA
import Primitives
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

/// Gradients and training curves of tiny random models against PyTorch with transformers and peft.
@Suite struct TinyTrainingTests {
    struct Case: Decodable {
        let name: String
        let data: [Int32]
        let seed: String
        let sequenceLength: Int
        let batchSize: Int
        let windows: [[Int]]
        let gradients: [String: EncodedFloats]
        let losses: [Float]
        let lossesWithDropout: [Float]
        /// Norm of every trained B after the last step without dropout.
        let digest: [String: Double]

        func round(steps: Int) throws -> TrainingRound {
            TrainingRound(
                seed: try Hash32(hex: seed), steps: steps, data: TrainingData(tokens: data),
                configuration: TrainingConfiguration(
                    learningRate: 2e-3, batchSize: batchSize, sequenceLength: sequenceLength))
        }
    }

    let cases: [Case]

    init() throws { cases = try decode([Case].self, from: "tiny-training", in: .module) }

    @Test func samplesTheSpecifiedWindows() throws {
        for test in cases {
            var sampler = BatchSampler(try test.round(steps: 20))
            for expected in test.windows { #expect(sampler.batch() == expected) }
        }
    }

    @Test func gradientsAgreeWithPyTorch() throws {
        for test in cases {
            let (model, tiny) = try load(test.name)
            let adapter = try tiny.adapter()
            let round = try test.round(steps: 1)
            let state = try TrainingState(model: model, parent: adapter)
            let pass = TrainingPass(
                model: model, state: state, context: ComputeContext(pool: nil), round: round, dropout: 0)
            let windows = test.windows[0].map { round.data.window($0, length: test.sequenceLength) }
            let loss = pass.accumulate(windows, step: 0)
            #expect(abs(loss - test.losses[0]) < 1e-4)
            #expect(test.gradients.count == 14)
            for module in adapter.layout.modules {
                let expected = try #require(test.gradients[module.name]).values
                let rows = state.gradient(of: module)
                var difference = 0.0, norm = 0.0
                for row in 0..<module.outputSize {
                    for r in 0..<8 {
                        let value = Double(2 * rows.pointer[r * rows.stride + row])
                        let reference = Double(expected[row * 8 + r])
                        difference += (value - reference) * (value - reference)
                        norm += reference * reference
                    }
                }
                #expect(norm > 0)
                #expect((difference / norm).squareRoot() < 1e-4, "\(test.name) \(module.name)")
            }
        }
    }

    @Test func curvesAgreeWithPyTorch() throws {
        for test in cases {
            let (model, tiny) = try load(test.name)
            let backend = CPUTrainingBackend(model: model, context: ComputeContext(pool: ComputePool(threads: 2)))
            let plain = try tiny.adapter()
            let result = try backend.train(try test.round(steps: 20), from: plain)
            for (loss, expected) in zip(result.losses, test.losses) { #expect(abs(loss - expected) < 1e-3) }
            #expect(result.losses.count == 20)
            let trained = try plain.adding(result.delta)
            for module in plain.layout.modules {
                let norm = trained.matrix(module).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
                let expected = try #require(test.digest[module.name])
                #expect(abs(norm / expected - 1) < 1e-3, "\(module.name)")
            }
            let dropped = try backend.train(try test.round(steps: 20), from: try tiny.adapter(dropout: 0.1))
            for (loss, expected) in zip(dropped.losses, test.lossesWithDropout) { #expect(abs(loss - expected) < 1e-3) }
            #expect(dropped.losses != result.losses)
        }
    }

    /// A round is the same bits with every instruction set and thread count, and however its batch is cut.
    @Test func sameBitsEverywhere() throws {
        for test in cases {
            let tiny = try #require(TinyModel(named: test.name))
            let parent = try tiny.adapter(dropout: 0.1)
            var seen: [TrainingResult] = []
            for set in InstructionSet.allCases where set.isAvailable {
                for threads in 0...2 {
                    let context = ComputeContext(pool: ComputePool(threads: threads, niceness: 0), instructionSet: set)
                    let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
                    var round = try test.round(steps: 3)
                    // 26 sequences of 24 tokens: more than one part.
                    round.configuration.batchSize = 26
                    seen.append(try CPUTrainingBackend(model: model, context: context).train(round, from: parent))
                }
            }
            for result in seen {
                #expect(result.delta.bytes == seen[0].delta.bytes)
                #expect(result.losses == seen[0].losses)
            }
        }
    }

    func load(_ name: String) throws -> (TransformerModel, TinyModel) {
        let tiny = try #require(TinyModel(named: name))
        let context = ComputeContext(pool: nil)
        return (try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context), tiny)
    }
}
