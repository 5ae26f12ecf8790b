import BeaconTypes
import Primitives

/// As an AI engine tells it over HTTP: all members on one level.
extension GuardEvaluation: Codable {
    private struct Members: Codable {
        let taskBefore: UInt32
        let taskAfter: UInt32
        let generalBase: UInt32
        let generalParent: UInt32
        let generalAfter: UInt32
        let beforeRoot: Hash32
        let afterRoot: Hash32
        let seconds: Double
    }

    public init(from decoder: any Decoder) throws {
        let found = try Members(from: decoder)
        self.init(
            losses: GuardLosses(
                taskBefore: found.taskBefore, taskAfter: found.taskAfter, generalBase: found.generalBase,
                generalParent: found.generalParent, generalAfter: found.generalAfter),
            beforeRoot: found.beforeRoot, afterRoot: found.afterRoot, seconds: found.seconds)
    }

    public func encode(to encoder: any Encoder) throws {
        let members = Members(
            taskBefore: losses.taskBefore, taskAfter: losses.taskAfter, generalBase: losses.generalBase,
            generalParent: losses.generalParent, generalAfter: losses.generalAfter, beforeRoot: beforeRoot, afterRoot: afterRoot,
            seconds: seconds)
        try members.encode(to: encoder)
    }
}
