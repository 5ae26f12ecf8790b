import ArgumentParser
import AttackLab
import Foundation
import LoRATraining
import TrainingTexts

/// `polai attack-lab`: hostile trainers against the averager's checks, on the real model.
struct AttackLabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack-lab",
        abstract: "Simulate rounds with hostile trainers and tell what the checks refuse.",
        discussion: """
            Every trainer trains on its own shard of the corpus; the hostile ones, who see what the others send, put an \
            attack in place of their work. What they send goes through the checks of a live averager: the update file, \
            copies, Krum, the loss gate. Prints a table; with --output also a plot.

            Examples:
              polai attack-lab                                          10 trainers, 10, 30 and 45 % hostile, 2 rounds
              polai attack-lab --trainers 16 --attacks alie,fang --rounds 4 --output lab.svg
              polai attack-lab --attacks copied-votes                   committees of 16 with 25, 50 and 75 % copycats
              polai attack-lab --attacks teach-to-test --steps 20       a trainer that learns the DEV_TEXTS, and an honest one
              polai attack-lab --attacks none --rounds 50 --steps 10 --batch 8 --learning-rate 1e-4 --output curve.svg
                                                                        an honest trainer alone, at the chain's settings
            """)

    @Option(help: "Trainers, 3 to 23 (default: 10).")
    var trainers: Int?

    @Option(help: "Shares of hostile trainers in percent, with commas (default: 10,30,45).")
    var attackers: String?

    @Option(help: "Rounds of each run.")
    var rounds = 2

    @Option(help: "Training steps of a round.")
    var steps = 4

    @Option(
        help:
            "Attacks, with commas: sign-flip, gaussian, alie, fang, copycat, nan, oversize, backdoor, clean-label; or alone copied-votes, which needs no model, or teach-to-test or none, which need a task with pools."
    )
    var attacks = (Attack.standard + [.cleanLabel]).map(\.rawValue).joined(separator: ",")

    @Option(help: "Sequences of 64 tokens in a step.")
    var batch = 2

    @Option(help: "Learning rate; higher than the chain's 1e-4, as the rounds are short.")
    var learningRate: Float = 5e-4

    @Option(help: "DEV_TEXTS that the simulated gate measures on, 1 to 512.")
    var texts = 64

    @Option(help: "Seed of data order and noise.")
    var seed: UInt64 = 1

    @Option(help: "Base model: path of a GGUF file (default: SmolLM2-135M-Instruct in model_cache/).")
    var model = "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf"

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @Option(help: "Threads (default: the number of cores).")
    var threads: Int?

    @Option(help: "File for the plot, SVG; with --attacks none it is written anew after each update.")
    var output: String?

    func validate() throws {
        guard (3...23).contains(trainerCount) else { throw ValidationError("--trainers is from 3 to 23") }
        guard (1...1000).contains(rounds), (1...1000).contains(steps) else {
            throw ValidationError("--rounds and --steps are from 1 to 1000")
        }
        guard (1...64).contains(batch) else { throw ValidationError("--batch is from 1 to 64") }
        guard learningRate > 0, learningRate <= 1 else { throw ValidationError("--learning-rate is above 0 and at most 1") }
        guard (1...DevTexts.count).contains(texts) else { throw ValidationError("--texts is from 1 to \(DevTexts.count)") }
        guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads is from 1 to 256") }
        _ = try percents()
        guard isOfVotes || needsPools else {
            _ = try chosenAttacks()
            return
        }
        let given = [
            ("--trainers", trainers != nil), ("--attackers", attackers != nil), ("--output", output != nil && !isOfLearning),
        ].filter(\.1).map(\.0)
        guard given.isEmpty else { throw ValidationError("--attacks \(attacks) takes no \(given.joined(separator: ", "))") }
    }

    private var trainerCount: Int { trainers ?? 10 }
    /// Copied votes concern the committee, not the trainers.
    private var isOfVotes: Bool { attacks == "copied-votes" }
    /// What guard slices are there for: one trainer alone.
    private var isOfTeaching: Bool { attacks == "teach-to-test" }
    /// A trainer alone, and honest.
    private var isOfLearning: Bool { attacks == "none" }
    private var needsPools: Bool { isOfTeaching || isOfLearning }

    private func runVotes() throws {
        let results = try [25, 50, 75].map { percent in
            var lab = try VoteLab(validators: 16, copycatPercent: percent, seed: seed)
            return try lab.run(slots: 100)
        }
        print(VoteLabResult.table(results))
    }

    private func percents() throws -> [Int] {
        try (attackers ?? "10,30,45").split(separator: ",").map { text in
            guard let percent = Int(text), (0..<50).contains(percent) else {
                throw ValidationError("--attackers has '\(text)'; shares are whole percents from 0 to 49")
            }
            return percent
        }
    }

    private func chosenAttacks() throws -> [Attack] {
        try attacks.split(separator: ",").map { text in
            guard let attack = Attack(rawValue: String(text)) else {
                throw ValidationError(
                    "there is no attack '\(text)'; choose from \(Attack.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return attack
        }
    }

    func run() async throws {
        do {
            if isOfVotes { return try runVotes() }
            let chosen = try task.texts()
            let pools = needsPools ? try chosen.pools() : nil
            guard !needsPools || pools != nil else {
                throw SetupError(
                    "--attacks \(attacks) draws slices from a task's pools, and \(chosen.origin) have none; run 'make task', or name a folder with --task"
                )
            }
            let setup = try ModelSetup(path: model, passages: chosen.corpus(), task: chosen, threads: threads).pack()
            var configuration = TrainingConfiguration.standard
            configuration.batchSize = batch
            configuration.learningRate = learningRate
            let setting = LabSetting(
                trainers: trainerCount, attackerPercents: try percents(), rounds: rounds, attacks: needsPools ? [] : try chosenAttacks(),
                steps: steps, configuration: configuration, seed: seed)
            let started = ContinuousClock.now
            let say = { (line: String) in FileHandle.standardError.write(Data("\(line)\n".utf8)) }
            if let pools {
                let model = try setup.slicedLaboratory(texts: texts, pools: pools)
                if isOfLearning { return print(try learningCurve(model, setting, say: say).table) }
                return print(TeachingLab.Update.table(try TeachingLab(model: model, setting: setting, say: say).run()))
            }
            var lab = AttackLab(model: try setup.laboratory(texts: texts), setting: setting, say: say)
            let report = try lab.run()
            print(report.table)
            let seconds = Int(((ContinuousClock.now - started) / .seconds(1)).rounded())
            print("\n\(trainerCount) trainers, \(rounds) rounds of \(steps) steps, gate on \(texts) texts, \(seconds) s")
            if let output { try Data(report.svg.utf8).write(to: URL(fileURLWithPath: output)) }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    /// Tells each update and mark as it comes, and keeps the plot up to date.
    private func learningCurve(
        _ model: SlicedLab, _ setting: LabSetting, say: @escaping (String) -> Void
    ) throws -> LearningCurve.Record {
        // The first mark is the base model's: there is nothing to tell of it.
        var told = (updates: 0, marks: 1)
        let record = try LearningCurve(model: model, setting: setting) { record in
            for update in record.updates.dropFirst(told.updates) { say(update.cells.joined(separator: ", ")) }
            for mark in record.marks.dropFirst(told.marks) { say(mark.cells.joined(separator: ", ")) }
            told = (record.updates.count, record.marks.count)
            // What cannot be written now is told at the end.
            if let output { try? Data(record.svg.utf8).write(to: URL(fileURLWithPath: output)) }
        }.run()
        if let output { try Data(record.svg.utf8).write(to: URL(fileURLWithPath: output)) }
        return record
    }
}
