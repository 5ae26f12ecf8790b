import Aggregation
import LoRA
import LoRATraining
import Primitives
import Testing

@testable import AttackLab

/// A model without a model: losses are distances to a target, and training goes a step towards it with noise of the
/// trainer's own.
private struct Bowl: LabModel {
    let layout = LoRALayout.lab(layers: 2)
    var baseModelRoot: Hash32 { SHA256.hash([1]) }
    var backdoorData: TrainingData { TrainingData(tokens: [99]) }

    func shard(_ index: Int, of count: Int) -> TrainingData { TrainingData(tokens: [Int32(index)]) }

    private func target(_ index: Int) -> Float { index % 2 == 0 ? 1 : -1 }

    func train(_ round: TrainingRound, from adapter: LoRAAdapter) throws -> LoRADelta {
        let isBackdoor = round.data.tokens == [99]
        var noise = NoiseSource(round.generatorForTests, stream: 0)
        return try LoRADelta(
            layout: layout,
            values: adapter.values.enumerated().map { index, value in
                let goal = isBackdoor ? (index % 3 == 0 ? Float(1) : -1) : target(index)
                return 0.2 * (goal - value) + (isBackdoor ? 0 : 0.2 * noise.next())
            })
    }

    func gateLoss(_ adapter: LoRAAdapter) -> Float {
        adapter.values.enumerated().reduce(0) { $0 + ($1.element - target($1.offset)) * ($1.element - target($1.offset)) }
            / Float(adapter.values.count)
    }

    func backdoorLoss(_ adapter: LoRAAdapter) -> Float {
        adapter.values.enumerated().reduce(0) {
            let goal: Float = $1.offset % 3 == 0 ? 1 : -1
            return $0 + ($1.element - goal) * ($1.element - goal)
        } / Float(adapter.values.count)
    }
}

extension TrainingRound {
    fileprivate var generatorForTests: Philox {
        let bytes = seed.bytes
        return Philox(key: SIMD2(UInt32(bytes[0]) << 8 | UInt32(bytes[1]), UInt32(bytes[2]) << 8 | UInt32(bytes[3])))
    }
}

@Suite struct AttackLabTests {
    @Test func everyAttackIsContained() throws {
        var lab = AttackLab(model: Bowl(), setting: LabSetting(rounds: 3))
        let report = try lab.run()
        #expect(report.clean.finalLoss < 0.8 * report.clean.firstLoss)
        #expect(report.clean.poisonedSent == 0 && report.clean.acceptedRounds == 3)
        #expect(report.results.count == Attack.standard.count * 3)
        for result in report.results {
            let label = "\(String(describing: result.attack)) \(result.attackers)"
            #expect(result.poisonedSent == 3 * result.attackers, "\(label)")
            let outcomes = [
                result.refusedAtIntake, result.refusedAsCopy, result.refusedByKrum, result.refusedByGate, result.poisonedAccepted,
            ]
            #expect(outcomes.reduce(0, +) == result.poisonedSent, "\(label)")
            switch result.attack {
            case .notANumber, .oversize: #expect(result.refusedAtIntake == result.poisonedSent, "\(label)")
            case .copycat: #expect(result.refusedAsCopy == result.poisonedSent, "\(label)")
            case .signFlip, .gaussian: #expect(result.poisonedAccepted == 0, "\(label)")
            default: break
            }
            // However it is attacked, the loss never rises.
            #expect(result.finalLoss <= result.firstLoss, "\(label)")
        }
    }

    @Test func theSameSeedGivesTheSameResult() throws {
        let setting = LabSetting(trainers: 5, attackerPercents: [40], rounds: 2, attacks: [.alie, .fang, .gaussian], seed: 3)
        var first = AttackLab(model: Bowl(), setting: setting)
        var second = AttackLab(model: Bowl(), setting: setting)
        #expect(try first.run().results == second.run().results)
    }

    @Test func reportsAsTableAndPlot() throws {
        var lab = AttackLab(
            model: Bowl(), setting: LabSetting(trainers: 6, attackerPercents: [0, 30], rounds: 1, attacks: [.signFlip, .cleanLabel]))
        let report = try lab.run()
        let lines = report.table.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines.barCounts == [13])
        #expect(lines[3].contains("sign-flip | 2/6"))
        let svg = report.svg
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        #expect(svg.matches(of: /<rect x=/).count == 2 + 1)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func countsAttackersAsAMinority() {
        let ten = LabSetting(trainers: 10)
        #expect([0, 10, 30, 45, 100].map { ten.attackers(percent: $0) } == [0, 1, 3, 4, 4])
        #expect(LabSetting(trainers: 23).attackers(percent: 45) == 10)
        #expect(LabSetting(trainers: 3).attackers(percent: 30) == 1)
    }

    @Test func writesDecimals() {
        #expect(LabReport.decimal(1.005, 1) == "1.0")
        #expect(LabReport.decimal(-0.126, 2) == "−0.13")
        #expect(LabReport.decimal(12, 0) == "12")
        #expect(LabReport.decimal(-0.001, 2) == "0.00")
        #expect(LabReport.decimal(.nan, 2) == "nan")
    }

    @Test func normalQuantiles() {
        for (probability, value) in [(0.5, 0.0), (0.975, 1.959964), (0.84134475, 1.0)] {
            #expect(abs(Poison.normalQuantile(probability) - value) < 1e-5)
        }
    }

    /// One round on a real, tiny model: the wiring to training and gate.
    @Test func runsOnATransformer() throws {
        var attackLab = AttackLab(
            model: try TransformerLab.tiny(documents: TransformerLab.documents(24), texts: 4),
            setting: LabSetting(
                trainers: 4, attackerPercents: [25], rounds: 1, attacks: [.signFlip, .backdoor, .cleanLabel], steps: 3,
                configuration: .lab(batchSize: 2)))
        let report = try attackLab.run()
        #expect(report.clean.finalLoss < report.clean.firstLoss)
        let flip = try #require(report.results.first)
        #expect(flip.poisonedSent == 1 && flip.poisonedAccepted == 0)
    }
}
