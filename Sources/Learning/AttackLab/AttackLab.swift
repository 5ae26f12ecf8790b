import AckQuorum
import Aggregation
import LoRA
import ModelFiles
import Primitives
import UpdateCodec
import UpdateJudgement

/// Simulates rounds of several trainers, some hostile, with the checks that a live averager makes: the file, copies,
/// Krum, the loss gate with the search for a candidate that passes.
///
/// Every update is written and read as a file of at most 150,000 bytes. Trainers start each round from the adapter
/// that the last one left; honest work from the same adapter is done once for all attacks.
public struct AttackLab {
    private let model: any LabModel
    private let setting: LabSetting
    private let say: (String) -> Void
    private var work: [WorkKey: [Float]] = [:]
    private var losses: [Hash32: Float] = [:]

    private struct WorkKey: Hashable {
        /// A trainer, or −1 for the backdoor.
        let trainer: Int
        let round: Int
        let adapter: Hash32
    }

    /// - Parameter say: told in one line what goes on.
    public init(model: any LabModel, setting: LabSetting, say: @escaping (String) -> Void = { _ in }) {
        self.model = model
        self.setting = setting
        self.say = say
    }

    /// Runs without attackers, then every attack at every share.
    public mutating func run() throws -> LabReport {
        let clean = try simulate(nil, attackers: 0)
        say("without attackers: loss \(clean.firstLoss) to \(clean.finalLoss)")
        var results: [LabResult] = []
        for attack in setting.attacks {
            for percent in setting.attackerPercents where setting.attackers(percent: percent) > 0 {
                let result = try simulate(attack, attackers: setting.attackers(percent: percent))
                say(
                    "\(attack.rawValue), \(result.attackers) of \(result.trainers): loss \(result.finalLoss), gap "
                        + "\(LabReport.percent(result.gap(to: clean), 2)), poisoned updates in: \(result.poisonedAccepted) of \(result.poisonedSent)"
                )
                results.append(result)
            }
        }
        return LabReport(clean: clean, results: results)
    }

    private mutating func simulate(_ attack: Attack?, attackers: Int) throws -> LabResult {
        var adapter = LoRAAdapter.zero(model.layout)
        var result = LabResult(attack: attack, attackers: attackers, trainers: setting.trainers, firstLoss: try gateLoss(adapter))
        let usesBackdoor = attack == .backdoor || attack == .cleanLabel
        let backdoorBefore = usesBackdoor ? try model.backdoorLoss(adapter) : 0
        for round in 0..<setting.rounds {
            let updates = try updates(attack, attackers: attackers, round: round, from: adapter)
            adapter = try step(adapter, updates, into: &result)
        }
        result.finalLoss = try gateLoss(adapter)
        if usesBackdoor { result.backdoorFall = backdoorBefore - (try model.backdoorLoss(adapter)) }
        return result
    }

    private struct Sent {
        let id: Hash32
        let isPoisoned: Bool
        let file: [UInt8]
    }

    /// The files of one round: the honest ones, then those of the attackers, who have seen them.
    private mutating func updates(_ attack: Attack?, attackers: Int, round: Int, from adapter: LoRAAdapter) throws -> [Sent] {
        let changes = try (0..<setting.trainers).map { try change(of: $0, round: round, from: adapter) }
        let honestCount = setting.trainers - attackers
        var sent = try changes[..<honestCount].enumerated().map { index, values in
            let file = try file(values, trainer: index, round: round, parent: adapter.root)
            return Sent(id: SHA256.hash(file), isPoisoned: false, file: file)
        }
        guard let attack, attackers > 0 else { return sent }
        let honest = try sent.map { try UpdateFile($0.file).delta(layout: model.layout).values }
        let backdoor: [Float]
        if attack == .backdoor || attack == .cleanLabel {
            backdoor = try change(of: -1, round: round, from: adapter)
        } else {
            backdoor = []
        }
        let poison = Poison(
            layout: model.layout, own: Array(changes[honestCount...]), honest: honest, backdoor: backdoor,
            generator: Philox(key: SIMD2(UInt32(truncatingIfNeeded: setting.seed), UInt32(truncatingIfNeeded: round))))
        for (index, delta) in try poison.changes(attack).enumerated() {
            var file = try file(delta.values, trainer: honestCount + index, round: round, parent: adapter.root)
            switch attack {
            case .oversize: file += [UInt8](repeating: 0, count: UpdateFile.maximumSize)
            case .notANumber: try Self.spoil(&file)
            default: break
            }
            sent.append(Sent(id: SHA256.hash(file), isPoisoned: true, file: file))
        }
        return sent
    }

    /// What the averager makes of a round.
    private mutating func step(_ adapter: LoRAAdapter, _ sent: [Sent], into result: inout LabResult) throws -> LoRAAdapter {
        var copies = CopyDetector()
        var inputs: [AggregationInput] = []
        for update in sent {
            if update.isPoisoned { result.poisonedSent += 1 }
            guard let file = try? UpdateFile(update.file), let delta = try? file.delta(layout: model.layout) else {
                if update.isPoisoned { result.refusedAtIntake += 1 }
                continue
            }
            if copies.check(update.id, delta) != nil {
                if update.isPoisoned { result.refusedAsCopy += 1 }
                continue
            }
            inputs.append(AggregationInput(id: update.id, delta: delta, steps: file.metadata.steps))
        }
        let before = try gateLoss(adapter)
        var proposal = Proposal(inputs, on: adapter)
        var accepted: CandidateSearch.Candidate?
        searching: while true {
            switch proposal.next() {
            case .measure(let next):
                let after = try gateLoss(next)
                proposal.record(passes: LossGateRule.passes(lossBefore: before, lossAfter: after), loss: after)
            case .found(let candidate, _):
                accepted = candidate
                break searching
            case .nothing: break searching
            }
        }
        result.gateRuns += proposal.measurements
        let taken = Set(accepted.map { zip($0.inputs, $0.selected).filter(\.1).map(\.0.id) } ?? [])
        for update in sent {
            if taken.contains(update.id) {
                if update.isPoisoned { result.poisonedAccepted += 1 } else { result.honestAccepted += 1 }
            } else if update.isPoisoned {
                switch proposal.refusals[update.id] {
                case .failsGate, .failsTogether: result.refusedByGate += 1
                case .outlier: result.refusedByKrum += 1
                case .copy, .nearCopy, .duplicate: result.refusedAsCopy += 1
                case .wrongLayout, .notFinite, .noSteps: result.refusedAtIntake += 1
                case nil: break
                }
            }
        }
        guard let accepted else { return adapter }
        result.acceptedRounds += 1
        return try adapter.adding(accepted.delta)
    }

    private mutating func gateLoss(_ adapter: LoRAAdapter) throws -> Float {
        let root = adapter.root
        if let known = losses[root] { return known }
        let loss = try model.gateLoss(adapter)
        losses[root] = loss
        return loss
    }

    private mutating func change(of trainer: Int, round: Int, from adapter: LoRAAdapter) throws -> [Float] {
        let key = WorkKey(trainer: trainer, round: round, adapter: adapter.root)
        if let known = work[key] { return known }
        // What other adapters led to in earlier rounds is not needed again, but for the first adapter's.
        work = work.filter { $0.key.round == 0 || $0.key.round >= round }
        let data = trainer < 0 ? model.backdoorData : model.shard(trainer, of: setting.trainers)
        let values = try model.train(setting.round("\(trainer) \(round)", data: data), from: adapter).values
        work[key] = values
        return values
    }

    /// A change as a file, with a signature of zeros: the laboratory has no keys.
    private func file(_ values: [Float], trainer: Int, round: Int, parent: Hash32) throws -> [UInt8] {
        let metadata = setting.metadata(model, parent: parent, trainer: trainer, round: round)
        let delta = try LoRADelta(layout: model.layout, values: values)
        let encoded = try UpdateEncoder(metadata: metadata).encode(delta, codec: .sign1Bit)
        return try UpdateFile(encoded, metadata: metadata) { _ in [UInt8](repeating: 0, count: 64) }.bytes
    }

    /// Writes a NaN over the first of every series of 16-bit numbers.
    private static func spoil(_ file: inout [UInt8]) throws {
        for tensor in try SafetensorsFile(FileBytes(file)).tensors where tensor.type == .f16 && tensor.range.count >= 2 {
            file[tensor.range.lowerBound] = 0x00
            file[tensor.range.lowerBound + 1] = 0x7e
        }
    }
}
