import AckQuorum
public import BeaconTypes
import LoRA
import Primitives
import SSZ

/// What the gate and the guard slice make of one update.
public struct LabJudgement: Sendable, Equatable {
    /// On the DEV_TEXTS that the laboratory measures on.
    public let lossBefore: Float
    public let lossAfter: Float
    public let slice: GuardLosses
    public let passesGate: Bool
    /// Within the budget of the updates before it, too.
    public let passesSlice: Bool

    public var isAccepted: Bool { passesGate && passesSlice }

    /// What a table says of it.
    public var verdict: String {
        if isAccepted { return "accepted" }
        return passesGate ? "refused by the slice" : "refused by the gate"
    }
}

extension SlicedLabModel {
    /// Judges the update from `parent` to `result` as a chain whose state is `learning` does, on the slice that `seed` draws.
    func judge(_ seed: Hash32, parent: LoRAAdapter, result: LoRAAdapter, _ learning: LearningState) throws -> LabJudgement {
        let (before, after) = (try gateLoss(parent), try gateLoss(result))
        var ack = UpdateAck()
        (ack.lossBefore, ack.lossAfter) = (before.bitPattern, after.bitPattern)
        ack.guardLosses = try slice(seed, parent: parent, result: result)
        return LabJudgement(
            lossBefore: before, lossAfter: after, slice: ack.guardLosses,
            passesGate: LossGateRule.passes(lossBefore: before, lossAfter: after),
            passesSlice: GuardRule.passes(ack, hasPools: true) && GuardRule.isWithinBudget(ack, learning))
    }
}

extension LearningState {
    /// Of a chain with pools on which nothing has been learnt yet; which pools does not matter here.
    static var laboratory: LearningState {
        var learning = LearningState(default: .pol)
        learning.taskPoolRoot = SHA256.hash(Array("a chain with pools".utf8))
        return learning
    }
}

extension LabReport {
    /// A table in Markdown.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
