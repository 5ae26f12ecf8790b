import BeaconTypes
import LoRA
import LoRATraining
import Primitives
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
        #expect(told == [1, 2, 3, 4] && record.updates.map(\.round) == [0, 1, 2, 3])
        for (one, next) in zip(record.updates, record.updates.dropFirst()) {
            #expect(next.lossBefore == (one.verdict == .accepted ? one.lossAfter : one.lossBefore))
        }
        let accepted = record.updates.count { $0.verdict == .accepted }
        #expect(accepted >= 2 && record.marks.map(\.updates) == Array(stride(from: 0, through: accepted, by: 2)))
        #expect(record.marks[0].taskChange == 0 && record.marks[0].generalChange == 0)
        #expect(try #require(record.marks.last).taskChange < 0)
        // The base model's losses are those of the same sentences each time.
        #expect(Set(record.marks.map(\.losses.taskBefore)).count == 1 && Set(record.marks.map(\.losses.generalBase)).count == 1)
    }

    /// What a trainer tries on general text is what it is given: text that only gets worse leaves a smaller step, or none.
    @Test func aTrainerHeedsGeneralText() throws {
        let far = (0..<30).map { Int32(500 + ($0 * 11) % 90) }
        let heeding = try LearningCurve(model: try lab(general: [far]), setting: setting(rounds: 1)).run()
        let documents = Self.documents
        let careless = SlicedLab(try .tiny(documents: documents, texts: 4), judging: documents, separator: 0) { _ in ([documents[0]], [far]) }
        let other = try LearningCurve(model: careless, setting: setting(rounds: 1)).run()
        func harm(_ record: LearningCurve.Record) -> Float {
            let slice = record.updates[0].slice
            return Float(bitPattern: slice.generalAfter) - Float(bitPattern: slice.generalParent)
        }
        #expect(harm(heeding) <= max(0, harm(other)))
        #expect(heeding.updates[0].boost <= other.updates[0].boost)
    }

    @Test func theTablesHaveARowForEach() throws {
        let record = try LearningCurve(model: try lab(general: [Self.documents[1]]), setting: setting(rounds: 2), interval: 1).run()
        let lines = record.table.split(separator: "\n")
        #expect(lines.count == 2 + 2 + 2 + record.marks.count)
        #expect(lines.prefix(4).barCounts == [13] && lines.dropFirst(4).barCounts == [6])
        #expect(record.svg.hasPrefix("<svg") && record.svg.hasSuffix("</svg>\n"))
    }
}
