public import BeaconTypes
import LoRA
import LoRATraining
import Primitives
import StateTransition
import UpdateCodec

/// One honest trainer alone, as a node runs it, over many updates: what gate and guard slice make of each, and how well the model
/// knows sentences of both pools as they go in.
///
/// The trainer holds windows back, carries over what a codec dropped, tries codecs and boosts on its windows and on general text,
/// as a live one does. No one trains on a pool, so what is measured on it is learnt, not remembered.
public struct LearningCurve {
    /// One update and its judgement.
    public struct Update: Sendable, Equatable {
        public let round: Int
        public let judgement: LabJudgement
        public let codec: String
        public let boost: Float
        /// Of the tensors.
        public let bytes: Int
    }

    /// The model after some updates, on sentences that are the same each time, beside the base model.
    public struct Mark: Sendable, Equatable {
        /// Accepted updates.
        public let updates: Int
        public let losses: GuardLosses
    }

    public struct Record: Sendable, Equatable {
        public internal(set) var updates: [Update] = []
        public internal(set) var marks: [Mark] = []
    }

    private let model: any TrainerLabModel
    private let setting: LabSetting
    private let interval: Int
    private let told: (Record) -> Void

    /// - Parameters:
    ///   - interval: accepted updates from one mark to the next.
    ///   - told: the record so far, after each update, and once more where the last mark comes after the last update.
    public init(model: any TrainerLabModel, setting: LabSetting, interval: Int = 5, told: @escaping (Record) -> Void = { _ in }) {
        (self.model, self.setting, self.interval, self.told) = (model, setting, max(1, interval), told)
    }

    /// `setting.rounds` updates, one after the other.
    public func run() throws -> Record {
        let base = LoRAAdapter.zero(model.layout)
        let split = ValidationSplit(model.shard(0, of: 1), sequenceLength: setting.configuration.sequenceLength)
        var (adapter, residual) = (base, LoRADelta.zero(model.layout))
        var learning = LearningState.laboratory
        var record = Record(marks: [try mark(base, updates: 0, base: base)])
        var accepted = 0
        for number in 0..<setting.rounds {
            let sent = try encoded(number, split: split, residual: residual, from: adapter)
            let next = try adapter.adding(sent.delta)
            let seed = SHA256.hash(Array("polai-learning-curve slice \(setting.seed) \(number)".utf8))
            let judgement = try model.judge(seed, parent: adapter, result: next, learning)
            record.updates.append(
                Update(round: number, judgement: judgement, codec: sent.codec.rawValue, boost: sent.boost, bytes: sent.payloadSize))
            if judgement.isAccepted {
                (adapter, residual) = (next, sent.residual)
                try learning.note(judgement.slice)
                accepted += 1
            } else {
                residual = .zero(model.layout)
            }
            if accepted > 0, accepted % interval == 0, record.marks.last?.updates != accepted {
                record.marks.append(try mark(adapter, updates: accepted, base: base))
            }
            told(record)
        }
        // What was reached is told also where the last interval is a short one.
        if record.marks.last?.updates != accepted {
            record.marks.append(try mark(adapter, updates: accepted, base: base))
            told(record)
        }
        return record
    }

    /// What the trainer sends of round `number`.
    private func encoded(_ number: Int, split: ValidationSplit, residual: LoRADelta, from adapter: LoRAAdapter) throws -> EncodedUpdate {
        var metadata = setting.metadata(model, parent: adapter.root, trainer: 0, round: number)
        metadata.seed = SHA256.hash(Array("polai-learning-curve \(setting.seed) \(number)".utf8)).bigEndian(UInt64.self, at: 0)
        let round = TrainingRound(
            updateSeed: metadata.seed, steps: setting.steps, split: split, configuration: setting.configuration)
        return try UpdateEncoder(metadata: metadata).update(
            of: try model.backend.train(round, from: adapter, progress: { _ in }, isCancelled: { false }), residual: residual,
            from: adapter, windows: split.windows, general: model.generalWindows(metadata.seed), backend: model.backend)
    }

    /// Always the same sentences: those of three slices, drawn by seeds that no round has.
    private func mark(_ adapter: LoRAAdapter, updates: Int, base: LoRAAdapter) throws -> Mark {
        let parts = try (0..<3).map { part in
            try model.slice(SHA256.hash(Array("polai-learning-curve mark \(part)".utf8)), parent: base, result: adapter)
        }
        func mean(_ bits: (GuardLosses) -> UInt32) -> UInt32 {
            Float(parts.reduce(0.0) { $0 + Double(Float(bitPattern: bits($1))) } / Double(parts.count)).bitPattern
        }
        return Mark(
            updates: updates,
            losses: GuardLosses(
                taskBefore: mean(\.taskBefore), taskAfter: mean(\.taskAfter), generalBase: mean(\.generalBase),
                generalParent: mean(\.generalParent), generalAfter: mean(\.generalAfter)))
    }
}
