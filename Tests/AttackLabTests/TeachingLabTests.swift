import BeaconTypes
import LoRA
import LoRATraining
import ModelFiles
import Primitives
import Testing
import TinyModels
import Transformer

@testable import AttackLab

/// Two numbers for a model: how well the task is known, and the texts that judge by heart. The judging texts show both.
private struct Pupil: SlicedLabModel {
    let layout = LoRALayout(
        model: ModelConfiguration(
            architecture: .llama, vocabularySize: 10, hiddenSize: 16, intermediateSize: 24, layerCount: 1, headCount: 2,
            keyValueHeadCount: 1, headDimension: 8, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
            attentionBias: false, contextLength: 8))
    /// What general text loses by learning by heart, in times of what is learnt.
    var harm: Float = 0
    var baseModelRoot: Hash32 { SHA256.hash([1]) }
    var backdoorData: TrainingData { TrainingData(tokens: []) }
    var judgingData: TrainingData { TrainingData(tokens: [1]) }

    func shard(_ index: Int, of count: Int) -> TrainingData { TrainingData(tokens: [0]) }

    /// The values with even places are the task, the others the judging texts.
    func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta {
        try LoRADelta(
            layout: layout,
            values: adapter.values.indices.map { Int32($0 % 2) == round.data.tokens.first ? 0.05 : 0 })
    }

    private func known(_ adapter: LoRAAdapter, _ part: Int) -> Float {
        let values = adapter.values.enumerated().filter { $0.offset % 2 == part }.map(\.element)
        return min(1, max(0, values.reduce(0, +) / Float(values.count)))
    }

    func gateLoss(_ adapter: LoRAAdapter) -> Float { 5 - known(adapter, 0) - known(adapter, 1) }
    func backdoorLoss(_ adapter: LoRAAdapter) -> Float { 0 }

    func slice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) -> GuardLosses {
        func task(_ adapter: LoRAAdapter) -> UInt32 { (5 - known(adapter, 0)).bitPattern }
        func general(_ adapter: LoRAAdapter) -> UInt32 { (4 + harm * known(adapter, 1)).bitPattern }
        return GuardLosses(
            taskBefore: task(parent), taskAfter: task(result), generalBase: Float(4).bitPattern, generalParent: general(parent),
            generalAfter: general(result))
    }
}

@Suite struct TeachingLabTests {
    /// Whoever learns by heart passes the gate, and the slice refuses it in every round; the honest one goes on.
    @Test func theSliceRefusesWhatTheGateLetsIn() throws {
        let updates = try TeachingLab(model: Pupil(), setting: LabSetting(rounds: 2, attacks: [])).run()
        #expect(updates.map(\.isTaught) == [false, false, true, true])
        #expect(updates[0].passesGate && updates[0].passesSlice && updates[1].lossBefore == updates[0].lossAfter)
        for update in updates[2...] { #expect(update.passesGate && !update.passesSlice && update.lossBefore == 5) }
    }

    /// General text that gets much worse is refused whatever the task shows.
    @Test func theTableNamesTheVerdict() throws {
        let updates = try TeachingLab(model: Pupil(harm: 1), setting: LabSetting(rounds: 1, attacks: [])).run()
        let lines = TeachingLab.Update.table(updates).split(separator: "\n")
        #expect(lines.count == 4 && Set(lines.map { $0.filter { $0 == "|" }.count }) == [10])
        #expect(lines[2].hasPrefix("| none | 1 | 5.000") && lines[2].hasSuffix("| accepted |"))
        #expect(lines[3].hasPrefix("| teach-to-test | 1 | 5.000") && lines[3].hasSuffix("| refused by the slice |"))
    }

    /// The wiring to a real, tiny model: the slice is that of the drawn texts.
    @Test func runsOnATransformer() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        let documents = (0..<12).map { index in (0..<30).map { Int32(($0 * 7 + index * 13) % 40) } }
        let lab = try TransformerLab(
            model: model, layout: LoRALayout(model: tiny.configuration), baseModelRoot: TinyModel.root, context: context,
            texts: Array(documents.prefix(2)), documents: documents, backdoor: [600, 601], separator: 0)
        let sliced = SlicedLab(lab, judging: documents, separator: 0) { seed in ([documents[Int(seed.bytes[0]) % 12]], [documents[0]]) }
        var configuration = TrainingConfiguration.standard
        (configuration.learningRate, configuration.batchSize, configuration.sequenceLength) = (1e-2, 1, 16)
        let updates = try TeachingLab(
            model: sliced, setting: LabSetting(rounds: 1, attacks: [], steps: 1, configuration: configuration)
        ).run()
        #expect(updates.count == 2 && updates.allSatisfy { $0.lossAfter < $0.lossBefore })
        #expect(updates.allSatisfy { $0.slice.generalBase == $0.slice.generalParent && $0.slice.taskAfter != $0.slice.taskBefore })
    }
}
