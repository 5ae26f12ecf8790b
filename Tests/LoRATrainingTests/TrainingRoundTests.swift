import LoRA
import Primitives
import Synchronization
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

@Suite struct TrainingRoundTests {
    let backend: CPUTrainingBackend
    let parent: LoRAAdapter
    let data = TrainingData(tokens: (0..<300).map { Int32($0 * $0 % 640) })

    init() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        backend = CPUTrainingBackend(
            model: try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context), context: context)
        parent = LoRAAdapter.zero(LoRALayout(model: tiny.configuration))
    }

    func round(_ steps: Int, _ change: (inout TrainingConfiguration) -> Void = { _ in }) -> TrainingRound {
        var configuration = TrainingConfiguration(learningRate: 1e-3, batchSize: 2, sequenceLength: 16)
        change(&configuration)
        return TrainingRound(seed: .zero, steps: steps, data: data, configuration: configuration)
    }

    @Test func learns() throws {
        let steps = Mutex<[TrainingProgress]>([])
        let result = try backend.train(round(12) { $0.batchSize = 18 }, from: parent) { step in steps.withLock { $0.append(step) } }
        #expect(result.losses.last.map { $0 < result.losses[0] } == true)
        #expect(result.delta.values.contains { $0 != 0 })
        steps.withLock { steps in
            #expect(steps.map(\.step) == Array(1...12))
            #expect(steps.map(\.loss) == result.losses)
        }
    }

    @Test func seedAndDataDecide() throws {
        let first = try backend.train(round(2), from: parent)
        #expect(try backend.train(round(2), from: parent) == first)
        var other = round(2)
        other.seed = TinyModel.root
        #expect(try backend.train(other, from: parent).delta != first.delta)
        #expect(data.root != TrainingData(tokens: [1]).root)
        #expect(data.root == SHA256.hash(data.tokens.flatMap { t in (0..<4).map { UInt8(truncatingIfNeeded: t >> (8 * $0)) } }))
    }

    @Test func stopsWhenAsked() {
        let asked = Mutex(0)
        #expect(throws: TrainingError.cancelled(afterSteps: 3)) {
            try backend.train(
                round(50), from: parent,
                isCancelled: {
                    asked.withLock {
                        $0 += 1; return $0 > 3
                    }
                })
        }
    }

    @Test func refusesUnusableRounds() throws {
        #expect(throws: TrainingError.self) { try backend.train(round(0), from: parent) }
        #expect(throws: TrainingError.self) { try backend.train(round(1) { $0.batchSize = 0 }, from: parent) }
        #expect(throws: TrainingError.self) { try backend.train(round(1) { $0.sequenceLength = 0 }, from: parent) }
        #expect(throws: TrainingError.self) { try backend.train(round(1) { $0.learningRate = .nan }, from: parent) }
        #expect(throws: TrainingError.transformer(.sequenceLength(300, limit: 256))) {
            try backend.train(round(1) { $0.sequenceLength = 300 }, from: parent)
        }
        var short = round(1)
        short.data = TrainingData(tokens: [1, 2, 3])
        #expect(throws: TrainingError.dataTooShort(tokens: 3, needed: 17)) { try backend.train(short, from: parent) }
        short.data = TrainingData(tokens: Array(repeating: 640, count: 40))
        #expect(throws: TrainingError.transformer(.tokenOutOfRange(640, vocabulary: 640))) { try backend.train(short, from: parent) }
        let huge = try LoRAAdapter(layout: parent.layout, values: Array(repeating: 1e38, count: parent.values.count))
        #expect(throws: TrainingError.diverged(step: 1)) { try backend.train(round(1), from: huge) }
    }

    @Test func documentsEndWithTheSeparator() {
        let data = TrainingData(documents: [[1, 2], [], [3]], separator: 9)
        #expect(data.tokens == [1, 2, 9, 3, 9])
        #expect(data.windowCount(length: 2) == 2)
        #expect(Array(data.window(1, length: 2)) == [9, 3, 9])
    }
}
