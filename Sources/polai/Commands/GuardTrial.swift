import BeaconTypes
import LossGate
import Primitives
import SSZ

/// What `polai gate` found on the guard slice of a vote.
struct GuardTrial {
    let seed: Hash32
    let report: SliceReport

    /// As the vote states them.
    var losses: GuardLosses { GuardLosses(report) }

    /// Name and value of each line.
    var lines: [(String, String)] {
        func loss(_ bits: UInt32) -> String { "\(Float(bitPattern: bits)) bits 0x\(String(bits, radix: 16))" }
        return [
            ("slice", seed.hex), ("task", "\(loss(losses.taskBefore)) to \(loss(losses.taskAfter))"),
            ("general", "\(loss(losses.generalParent)) to \(loss(losses.generalAfter)), base model \(loss(losses.generalBase))"),
        ]
    }

    /// Those of a vote's losses that the slice brings.
    func complete(_ losses: GateLosses) -> GateLosses {
        var losses = losses
        (losses.sliceBeforeRoot, losses.sliceAfterRoot) = (report.before.lossesRoot, report.after.lossesRoot)
        return losses
    }
}
