import LoRA
import LoRATraining
import ModelFiles
import Primitives
import Testing
import TinyModels
import Transformer
import UpdateCodec

/// A round and its update on a tiny model: what a trainer sends and a replay must send again.
@Suite struct RoundUpdateTests {
    let backend: CPUTrainingBackend
    let parent: LoRAAdapter
    let split = ValidationSplit(
        TrainingData(tokens: (0..<2000).map { Int32($0 * $0 % 640) }), count: 4, sequenceLength: 16)

    init() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        backend = CPUTrainingBackend(
            model: try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context), context: context)
        parent = LoRAAdapter.zero(LoRALayout(model: tiny.configuration))
    }

    private func update(windows: [[Int32]], residual: LoRADelta? = nil) throws -> (TrainingResult, EncodedUpdate) {
        var configuration = TrainingConfiguration.standard
        (configuration.batchSize, configuration.sequenceLength) = (4, 16)
        let round = TrainingRound(updateSeed: 7, steps: 3, split: split, configuration: configuration)
        let result = try backend.train(round, from: parent)
        let encoder = UpdateEncoder(metadata: metadata, limit: 2000)
        return (
            result,
            try encoder.update(of: result, residual: residual ?? .zero(parent.layout), from: parent, windows: windows, backend: backend)
        )
    }

    @Test func repeatsItself() throws {
        let (_, first) = try update(windows: split.windows)
        let (_, second) = try update(windows: split.windows)
        #expect(first.delta == second.delta && first.residual == second.residual)
        let files = try [first, second].map { try UpdateFile($0, metadata: metadata, sign: digestSignature) }
        #expect(files[0].bytes == files[1].bytes)
    }

    @Test func sendsWhatDoesBest() throws {
        let (result, update) = try update(windows: split.windows)
        let before = try backend.loss(of: parent, on: split.windows)
        let after = try backend.loss(of: parent.adding(update.delta), on: split.windows)
        #expect(after < before)
        let encoder = UpdateEncoder(metadata: metadata, limit: 2000)
        for candidate in try encoder.candidates(of: result.delta, importance: result.gradientScale) {
            #expect(try backend.loss(of: parent.adding(candidate.boosted(by: update.boost).delta), on: split.windows) >= after)
        }
    }

    /// What is trained to lower one text's loss and raises another's is sent with a shorter step, or another part of it.
    @Test func sparesGeneralText() throws {
        let (result, free) = try update(windows: split.windows)
        let encoder = UpdateEncoder(metadata: metadata, limit: 2000)
        // General text is whatever the free choice makes worse: of many windows those that it hurts.
        let others: [[Int32]] = (0..<400).map { start in
            (0..<9).map { (place: Int) -> Int32 in Int32(((start * 9 + place) * 37 + 11) % 640) }
        }
        let after = try parent.adding(free.delta)
        let hurt = try others.filter { try backend.loss(of: after, on: [$0]) > backend.loss(of: parent, on: [$0]) }
        try #require(!hurt.isEmpty)
        let bound = try encoder.update(
            of: result, residual: .zero(parent.layout), from: parent, windows: split.windows, general: hurt, backend: backend)
        let before = try backend.loss(of: parent, on: hurt)
        let harm = try backend.loss(of: after, on: hurt) - before
        #expect(try backend.loss(of: parent.adding(bound.delta), on: hurt) - before < harm / 2)
        // Text that it does not hurt changes nothing.
        let calm = try others.filter { try backend.loss(of: after, on: [$0]) < backend.loss(of: parent, on: [$0]) }
        try #require(!calm.isEmpty)
        let same = try encoder.update(
            of: result, residual: .zero(parent.layout), from: parent, windows: split.windows, general: calm, backend: backend)
        #expect(same.delta == free.delta)
    }

    @Test func withoutWindowsItSendsWhatWasTrained() throws {
        let (_, update) = try update(windows: [])
        #expect(update.boost == 1)
    }

    @Test func addsTheRest() throws {
        let (_, first) = try update(windows: split.windows)
        let (result, second) = try update(windows: split.windows, residual: first.residual)
        let unboosted = try second.boosted(by: 1 / second.boost)
        for index in result.delta.values.indices {
            let input = result.delta.values[index] + first.residual.values[index]
            #expect(
                abs(unboosted.delta.values[index] + second.residual.values[index] - input) <= 1e-7 + 1e-3
                    * (abs(input) + abs(unboosted.delta.values[index])))
        }
    }

    @Test func refusesOtherShapes() throws {
        let (result, _) = try update(windows: [])
        #expect(throws: UpdateFileError.self) {
            try UpdateEncoder(metadata: metadata).update(
                of: result, residual: .zero(smolLMLayout), from: parent, windows: [], backend: backend)
        }
    }
}
