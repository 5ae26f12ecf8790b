import AckQuorum
import BeaconTypes

/// Which rule a candidate's guard slice breaks, in words.
enum SliceFault: CustomStringConvertible {
    case slice(GuardLosses, claimed: Float)
    case budget(GuardLosses)

    /// - Parameter ack: one that passes the loss gate and not every other rule.
    init(_ ack: UpdateAck, _ learning: LearningState) {
        self =
            GuardRule.passes(ack, hasPools: learning.hasPools)
            ? .budget(ack.guardLosses)
            : .slice(ack.guardLosses, claimed: Float(bitPattern: ack.lossBefore) - Float(bitPattern: ack.lossAfter))
    }

    var description: String {
        switch self {
        case .slice(let losses, let claimed):
            "Guard slice: the task goes from \(losses.change(\.taskBefore, \.taskAfter)), where \(claimed) less is claimed, general text from "
                + "\(losses.change(\.generalParent, \.generalAfter)), where the base model has \(Float(bitPattern: losses.generalBase))"
        case .budget(let losses):
            "Guard slice: with general text at \(Float(bitPattern: losses.generalAfter)), where the base model has "
                + "\(Float(bitPattern: losses.generalBase)), the last updates together forget too much"
        }
    }
}
