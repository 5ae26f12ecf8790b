import BeaconTypes
import LoRA
import LoRATraining
import Primitives
import Testing

@testable import AttackLab

/// Two numbers for a model: how well the task is known, and the texts that judge by heart. The judging texts show both.
private struct Pupil: SlicedLabModel {
    let layout = LoRALayout.lab(layers: 1)
    /// What a round teaches, before it is boosted up to 64 times.
    var step: Float = 0.05
    /// What general text loses by learning by heart, in times of what is learnt.
    var harm: Float = 0
    /// Whether who learns the judging texts learns the task as well as by heart.
    var judgingTeachesTask = false
    var baseModelRoot: Hash32 { SHA256.hash([1]) }
    var backdoorData: TrainingData { TrainingData(tokens: []) }
    var judgingData: TrainingData { TrainingData(tokens: [1]) }

    func shard(_ index: Int, of count: Int) -> TrainingData { TrainingData(tokens: [0]) }

    /// The values with even places are the task, the others the judging texts.
    func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta {
        let isTaught = round.data.tokens == [1]
        let changes = [!isTaught || judgingTeachesTask, isTaught]
        return try LoRADelta(layout: layout, values: adapter.values.indices.map { changes[$0 % 2] ? step : 0 })
    }

    private func known(_ adapter: LoRAAdapter, _ part: Int) -> Float {
        let values = adapter.values.enumerated().filter { $0.offset % 2 == part }.map(\.element)
        return min(1, max(0, values.reduce(0, +) / Float(values.count)))
    }

    func gateLoss(_ adapter: LoRAAdapter) -> Float { 5 - known(adapter, 0) - known(adapter, 1) / 2 }
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
        let judgements = updates.map(\.judgement)
        #expect(judgements[0].isAccepted && judgements[1].lossBefore == judgements[0].lossAfter)
        for judgement in judgements[2...] { #expect(judgement.passesGate && !judgement.passesSlice && judgement.lossBefore == 5) }
    }

    /// General text that gets much worse is refused although the task gets better, and only therefore.
    @Test func harmIsRefusedWhateverTheTaskShows() throws {
        func taught(harm: Float) throws -> TeachingLab.Update {
            let pupil = Pupil(harm: harm, judgingTeachesTask: true)
            return try #require(try TeachingLab(model: pupil, setting: LabSetting(rounds: 1, attacks: [])).run().last)
        }
        let (harmless, harmful) = (try taught(harm: 0), try taught(harm: 1))
        #expect(harmless.isTaught && harmless.judgement.isAccepted)
        #expect(harmful.isTaught && harmful.judgement.passesGate && !harmful.judgement.passesSlice)
        #expect(harmful.judgement.lossAfter == harmless.judgement.lossAfter)
        #expect(harmful.judgement.slice.taskAfter == harmless.judgement.slice.taskAfter)
    }

    /// Harms of 0.625 % each, which one slice alone would let pass three times: over the updates so far that is 0.625 %, 0.94 % and
    /// 1.25 % on the mean, and the budget is 1 %. The second goes in only because the first left something over.
    @Test func theBudgetEndsSmallHarms() throws {
        func value(_ bits: UInt32) -> Double { Double(Float(bitPattern: bits)) }
        let pupil = Pupil(step: 1 / 256, harm: 0.1, judgingTeachesTask: true)
        let updates = try TeachingLab(model: pupil, setting: LabSetting(rounds: 4, attacks: [])).run()
        let taught = updates.filter(\.isTaught)
        #expect(updates.map(\.judgement.passesGate) == updates.map { _ in true })
        #expect(!updates.contains { !$0.isTaught && !$0.judgement.passesSlice })
        #expect(taught.map(\.judgement.passesSlice) == [true, true, false, false])
        for (update, level) in zip(taught, [4.025, 4.05, 4.075, 4.075]) {
            let (judgement, slice) = (update.judgement, update.judgement.slice)
            #expect(abs(value(slice.generalAfter) - level) < 1e-3)
            // A step of at most 1 %, a level of at most 2 %, and half of the claim confirmed.
            #expect(value(slice.generalAfter) - value(slice.generalParent) < 0.04)
            #expect(value(slice.generalAfter) < 4.08)
            #expect(2 * (value(slice.taskBefore) - value(slice.taskAfter)) > Double(judgement.lossBefore - judgement.lossAfter))
        }
    }

    @Test func theTableNamesTheVerdict() throws {
        let updates = try TeachingLab(model: Pupil(), setting: LabSetting(rounds: 1, attacks: [])).run()
        let lines = TeachingLab.Update.table(updates).split(separator: "\n")
        #expect(lines.count == 4 && lines.barCounts == [10])
        #expect(lines[2].hasPrefix("| none | 1 | 5.000") && lines[2].hasSuffix("| accepted |"))
        #expect(lines[3].hasPrefix("| teach-to-test | 1 | 5.000") && lines[3].hasSuffix("| refused by the slice |"))
    }

    /// The wiring to a real, tiny model: the slice is that of the drawn texts.
    @Test func runsOnATransformer() throws {
        let documents = TransformerLab.documents(12)
        let lab = try TransformerLab.tiny(documents: documents, texts: 2)
        let sliced = SlicedLab(lab, judging: documents, separator: 0) { seed in ([documents[Int(seed.bytes[0]) % 12]], [documents[0]]) }
        let updates = try TeachingLab(
            model: sliced, setting: LabSetting(rounds: 1, attacks: [], steps: 1, configuration: .lab(batchSize: 1))
        ).run()
        #expect(updates.count == 2 && updates.allSatisfy { $0.judgement.lossAfter < $0.judgement.lossBefore })
        for slice in updates.map(\.judgement.slice) {
            #expect(slice.generalBase == slice.generalParent && slice.taskAfter != slice.taskBefore)
        }
    }
}
