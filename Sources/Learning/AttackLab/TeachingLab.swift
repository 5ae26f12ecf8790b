import BeaconTypes
import LoRA
import LoRATraining
import Primitives
import StateTransition
import UpdateCodec

/// One trainer alone that learns the texts which judge it, and one that learns the task: what the gate and the guard slice make of each
/// update.
///
/// Both send the boost with the lowest loss on the DEV_TEXTS, which flatters both. The slice is drawn by a seed of its own for each update.
/// A refused one leaves the adapter as it was.
public struct TeachingLab {
    /// One update and its judgement.
    public struct Update: Sendable, Equatable {
        /// Whether its trainer learnt the DEV_TEXTS.
        public let isTaught: Bool
        public let round: Int
        public let judgement: LabJudgement
    }

    private let model: any SlicedLabModel
    private let setting: LabSetting
    private let say: (String) -> Void

    /// - Parameter say: told in one line what goes on.
    public init(model: any SlicedLabModel, setting: LabSetting, say: @escaping (String) -> Void = { _ in }) {
        self.model = model
        self.setting = setting
        self.say = say
    }

    /// The updates of the honest trainer, then those of the other.
    public func run() throws -> [Update] {
        try [(false, model.shard(0, of: 1)), (true, model.judgingData)].flatMap { isTaught, data in try updates(data, isTaught: isTaught) }
    }

    private func updates(_ data: TrainingData, isTaught: Bool) throws -> [Update] {
        var adapter = LoRAAdapter.zero(model.layout)
        var learning = LearningState.laboratory
        var updates: [Update] = []
        for round in 0..<setting.rounds {
            let training = setting.round("teach-to-test \(isTaught) \(round)", data: data)
            let next = try adapter.adding(try change(training, number: round, from: adapter))
            let judgement = try model.judge(SHA256.hash(training.seed.bytes), parent: adapter, result: next, learning)
            let update = Update(isTaught: isTaught, round: round, judgement: judgement)
            say(update.cells.joined(separator: ", "))
            updates.append(update)
            guard judgement.isAccepted else { continue }
            adapter = next
            try learning.note(judgement.slice)
        }
        return updates
    }

    /// What the trainer sends of a round.
    private func change(_ training: TrainingRound, number: Int, from adapter: LoRAAdapter) throws -> LoRADelta {
        let trained = try model.train(training, from: adapter)
        let metadata = setting.metadata(model, parent: adapter.root, trainer: 0, round: number)
        let encoded = try UpdateEncoder(metadata: metadata).encode(trained, codec: .sign1Bit)
        return try UpdateEncoder.boosted(encoded) { candidate in
            (try? adapter.adding(candidate.delta)).flatMap { try? model.gateLoss($0) } ?? .nan
        }.update.delta
    }
}

extension TeachingLab.Update {
    fileprivate var cells: [String] {
        let (before, after, slice) = (judgement.lossBefore, judgement.lossAfter, judgement.slice)
        func fall(_ before: UInt32, _ after: UInt32) -> String {
            LabReport.decimal(Double(Float(bitPattern: before)) - Double(Float(bitPattern: after)), 3)
        }
        return [
            isTaught ? "teach-to-test" : "none", "\(round + 1)", LabReport.decimal(Double(before), 3),
            fall(before.bitPattern, after.bitPattern), fall(slice.taskBefore, slice.taskAfter), LabReport.decimal(bits: slice.generalBase),
            LabReport.decimal(bits: slice.generalParent), LabReport.decimal(bits: slice.generalAfter), judgement.verdict,
        ]
    }

    /// A table in Markdown.
    public static func table(_ updates: [TeachingLab.Update]) -> String {
        let head = [
            "attack", "update", "DEV_TEXTS before", "claimed fall", "confirmed fall", "general: base", "parent", "after", "verdict",
        ]
        return LabReport.table(head, updates.map(\.cells))
    }
}
