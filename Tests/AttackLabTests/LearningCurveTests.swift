import BeaconTypes
import LoRA
import LoRATraining
import Primitives
import Synchronization
import Testing

@testable import AttackLab

/// A real, tiny model on which an honest trainer learns update by update.
@Suite struct LearningCurveTests {
    private static let documents = TransformerLab.documents(24)

    private func lab(general: [[Int32]]) throws -> SlicedLab {
        let documents = Self.documents
        return SlicedLab(
            try .tiny(documents: documents, texts: 4), judging: documents, separator: 0, general: { _ in general }
        ) { seed in ([documents[Int(seed.bytes[0]) % 24]], general) }
    }

    private func setting(rounds: Int) -> LabSetting {
        LabSetting(rounds: rounds, attacks: [], steps: 2, configuration: .lab(batchSize: 2))
    }

    /// Each round starts where the last accepted one ended, and a mark is made after so many accepted ones.
    @Test func goesOnFromWhatWasAccepted() throws {
        var told: [Int] = []
        let record = try LearningCurve(model: try lab(general: [Self.documents[0]]), setting: setting(rounds: 4), interval: 2) {
            told.append($0.updates.count)
        }.run()
        #expect(record.updates.map(\.round) == [0, 1, 2, 3])
        for (one, next) in zip(record.updates, record.updates.dropFirst()) {
            #expect(next.judgement.lossBefore == (one.judgement.isAccepted ? one.judgement.lossAfter : one.judgement.lossBefore))
        }
        let accepted = record.updates.count { $0.judgement.isAccepted }
        // What is left over of an interval has a mark of its own, after the last update.
        let whole = Array(stride(from: 0, through: accepted, by: 2))
        let isWhole = accepted % 2 == 0
        #expect(accepted >= 2 && record.marks.map(\.updates) == (isWhole ? whole : whole + [accepted]))
        #expect(told == (isWhole ? [1, 2, 3, 4] : [1, 2, 3, 4, 4]))
        #expect(record.marks[0].taskChange == 0 && record.marks[0].generalChange == 0)
        #expect(try #require(record.marks.last).taskChange < 0)
        // The base model's losses are those of the same sentences each time.
        #expect(Set(record.marks.map(\.losses.taskBefore)).count == 1 && Set(record.marks.map(\.losses.generalBase)).count == 1)
    }

    /// A trainer tries general text that is drawn by its update's own seed, before and after its step.
    @Test func aTrainerTriesTheGeneralTextOfItsSeed() throws {
        let heard = Heard()
        let listening = ListeningLab(lab: try lab(general: [Self.documents[0]]), heard: heard)
        let record = try LearningCurve(model: listening, setting: setting(rounds: 2)).run()
        let (asked, trained) = (heard.asked.withLock { $0 }, heard.trained.withLock { $0 })
        #expect(asked.map { TrainingRound.seed(announced: $0) } == trained && Set(trained).count == 2)
        let measured = heard.measured.withLock { $0 }
        for seed in asked { #expect(measured.count { $0 == ListeningLab.windows(seed) } >= 2) }
        // Fewer updates than an interval are marked at the end.
        let accepted = record.updates.count { $0.judgement.isAccepted }
        #expect(record.marks.map(\.updates) == (accepted == 0 ? [0] : [0, accepted]))
    }

    @Test func theTablesHaveARowForEach() throws {
        let record = try LearningCurve(model: try lab(general: [Self.documents[1]]), setting: setting(rounds: 2), interval: 1).run()
        let lines = record.table.split(separator: "\n")
        #expect(lines.count == 2 + 2 + 2 + record.marks.count)
        #expect(lines.prefix(4).barCounts == [13] && lines.dropFirst(4).barCounts == [6])
        #expect(record.svg.hasPrefix("<svg") && record.svg.hasSuffix("</svg>\n"))
        let curves = record.svg.matches(of: /polyline points="([^"]+)"/).map { String($0.1).split(separator: " ").count }
        #expect(curves == [record.marks.count, record.marks.count])
    }
}

/// What a trainer asked for, trained with, and measured.
private final class Heard: Sendable {
    let asked = Mutex<[UInt64]>([])
    let trained = Mutex<[Hash32]>([])
    let measured = Mutex<[[[Int32]]]>([])
}

/// Notes what is asked of a laboratory and its backend; general text is another for each seed.
private struct ListeningLab: TrainerLabModel {
    let lab: SlicedLab
    let heard: Heard

    /// Tokens that no document has.
    static func windows(_ seed: UInt64) -> [[Int32]] {
        let first = Int(seed % 1_000)
        return [(0..<16).map { Int32(500 + (first + $0 * first) % 90) }, (0..<16).map { Int32(500 + (first / 10 + $0) % 90) }]
    }

    func generalWindows(_ seed: UInt64) -> [[Int32]] {
        heard.asked.withLock { $0.append(seed) }
        return Self.windows(seed)
    }

    var backend: any TrainingBackend { ListeningBackend(backend: lab.backend, heard: heard) }
    var baseModelRoot: Hash32 { lab.baseModelRoot }
    var layout: LoRALayout { lab.layout }
    var backdoorData: TrainingData { lab.backdoorData }
    var judgingData: TrainingData { lab.judgingData }
    func shard(_ index: Int, of count: Int) -> TrainingData { lab.shard(index, of: count) }
    func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta { try lab.train(round, from: adapter) }
    func gateLoss(_ adapter: LoRAAdapter) throws -> Float { try lab.gateLoss(adapter) }
    func backdoorLoss(_ adapter: LoRAAdapter) throws -> Float { try lab.backdoorLoss(adapter) }
    func slice(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter) throws -> GuardLosses {
        try lab.slice(seed, parent: parent, result: result)
    }
}

private struct ListeningBackend: TrainingBackend {
    let backend: any TrainingBackend
    let heard: Heard

    var isReproducible: Bool { backend.isReproducible }

    func train(
        _ round: TrainingRound, from parent: LoRAAdapter, progress: @Sendable (TrainingProgress) -> Void,
        isCancelled: @Sendable () -> Bool
    ) throws(TrainingError) -> TrainingResult {
        heard.trained.withLock { $0.append(round.seed) }
        return try backend.train(round, from: parent, progress: progress, isCancelled: isCancelled)
    }

    func loss(of adapter: LoRAAdapter, on windows: [[Int32]]) throws(TrainingError) -> Float {
        heard.measured.withLock { $0.append(windows) }
        return try backend.loss(of: adapter, on: windows)
    }
}
