public import LoRATraining
import Primitives
import UpdateCodec

/// What one laboratory run simulates.
public struct LabSetting: Sendable {
    /// Trainers, hostile ones included.
    public var trainers: Int
    /// Shares of hostile trainers in percent, rounded to whole trainers.
    public var attackerPercents: [Int]
    public var rounds: Int
    public var attacks: [Attack]
    /// Steps of one trainer's round.
    public var steps: Int
    public var configuration: TrainingConfiguration
    public var seed: UInt64

    public init(
        trainers: Int = 10, attackerPercents: [Int] = [10, 30, 45], rounds: Int = 2, attacks: [Attack] = Attack.standard, steps: Int = 4,
        configuration: TrainingConfiguration = .standard, seed: UInt64 = 1
    ) {
        self.trainers = trainers
        self.attackerPercents = attackerPercents
        self.rounds = rounds
        self.attacks = attacks
        self.steps = steps
        self.configuration = configuration
        self.seed = seed
    }

    /// Hostile trainers at `percent`, rounded to the nearest whole trainer, halves down, and always a minority.
    public func attackers(percent: Int) -> Int {
        min(max(0, (trainers * percent + 49) / 100), (trainers - 1) / 2)
    }
}

extension LabSetting {
    /// A round of training on `data`; `label` tells its seed from those of the other rounds.
    func round(_ label: String, data: TrainingData) -> TrainingRound {
        TrainingRound(
            seed: SHA256.hash(Array("polai-attack-lab \(seed) \(label)".utf8)), steps: steps, data: data, configuration: configuration)
    }

    /// What an update says of itself: the laboratory's trainers have numbers for keys, and no addresses.
    func metadata(_ model: any LabModel, parent: Hash32, trainer: Int, round: Int) -> UpdateMetadata {
        UpdateMetadata(
            baseModelRoot: model.baseModelRoot, parentAdapterRoot: parent, trainer: .zero,
            publicKey: [UInt8](repeating: UInt8(truncatingIfNeeded: trainer), count: 36), steps: UInt64(steps), round: UInt64(round),
            seed: UInt64(trainer), dataHash: .zero)
    }
}
