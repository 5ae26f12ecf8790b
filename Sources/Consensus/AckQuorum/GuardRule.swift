public import BeaconTypes

/// What the guard slice has to show (docs/protocol.md#the-guard-slice), in integers from what an ack states.
///
/// As with the loss gate, members apply it to what they measured, and block processing to what a certificate states.
public enum GuardRule {
    /// The slice has to confirm one part in so many of the fall that the DEV_TEXTS claim.
    public static let confirmation: Int64 = 2
    /// In one step general text may get worse by one part in so many of the base model's loss.
    public static let generalStep: Int64 = 100
    /// It may be worse than the base model's by one part in so many.
    public static let generalLevel: Int64 = 50
    /// And on all slices of the last certificates together by one part in so many.
    public static let generalBudget: Int64 = 100
    /// Beyond level and budget only what makes general text better by one part in so many of the base model's loss goes on.
    public static let generalRecovery: Int64 = 200

    /// Whether the slice's figures pass.
    ///
    /// - Parameter hasPools: whether the chain has pools (`LearningState.hasPools`); without them an ack states no figures.
    public static func passes(_ ack: UpdateAck, hasPools: Bool) -> Bool {
        guard hasPools else { return ack.guardLosses.isEmpty }
        guard let losses = Fixed(ack.guardLosses), losses.generalBase > 0, let claimed = fall(ack.lossBefore, ack.lossAfter) else {
            return false
        }
        if 20 * losses.taskBefore < 1 << 32 {
            guard losses.taskAfter <= losses.taskBefore else { return false }
        } else {
            let confirmed = losses.taskBefore - losses.taskAfter
            guard confirmed > 0, confirmation * confirmed >= claimed else { return false }
        }
        // All values are below 2^48.
        return generalStep * losses.generalAfter <= generalStep * losses.generalParent + losses.generalBase
            && (generalLevel * losses.generalAfter <= (generalLevel + 1) * losses.generalBase || losses.recovers)
    }

    /// Whether general text stays within the budget on the slices of the last certificates, this one's among them; an update
    /// under which it gets clearly better always does.
    public static func isWithinBudget(_ ack: UpdateAck, _ learning: LearningState) -> Bool {
        guard learning.hasPools else { return true }
        guard let own = Fixed(ack.guardLosses) else { return false }
        if own.recovers { return true }
        var (base, after) = (own.generalBase, own.generalAfter)
        let ring = learning.generalLosses
        for (index, entry) in ring.enumerated() where UInt64(index) != learning.updateCount % UInt64(max(1, ring.count)) {
            // What a block took in has a fixed-point form.
            guard let entryBase = FixedPointLoss(bitPattern: entry.base), let entryAfter = FixedPointLoss(bitPattern: entry.after)
            else { return false }
            base += Int64(entryBase.value)
            after += Int64(entryAfter.value)
        }
        // 64 values below 2^48, times 101: below 2^61.
        return generalBudget * after <= (generalBudget + 1) * base
    }

    /// The fall in loss that an update is paid for, times 2^32: what both the DEV_TEXTS and the slice show.
    public static func paidFall(_ ack: UpdateAck, hasPools: Bool) -> UInt64 {
        guard let claimed = fall(ack.lossBefore, ack.lossAfter), claimed > 0 else { return 0 }
        guard hasPools else { return UInt64(claimed) }
        guard let confirmed = fall(ack.guardLosses.taskBefore, ack.guardLosses.taskAfter), confirmed > 0 else { return 0 }
        return UInt64(min(claimed, confirmed))
    }

    private static func fall(_ before: UInt32, _ after: UInt32) -> Int64? {
        guard let before = FixedPointLoss(bitPattern: before), let after = FixedPointLoss(bitPattern: after) else { return nil }
        return Int64(before.value) - Int64(after.value)
    }

    /// The figures times 2^32.
    private struct Fixed {
        let taskBefore, taskAfter, generalBase, generalParent, generalAfter: Int64

        /// Whether general text gets better by more than a slice's luck with a step that changes nothing.
        var recovers: Bool { generalRecovery * generalAfter + generalBase <= generalRecovery * generalParent }

        init?(_ losses: GuardLosses) {
            guard let taskBefore = FixedPointLoss(bitPattern: losses.taskBefore),
                let taskAfter = FixedPointLoss(bitPattern: losses.taskAfter),
                let base = FixedPointLoss(bitPattern: losses.generalBase),
                let parent = FixedPointLoss(bitPattern: losses.generalParent),
                let after = FixedPointLoss(bitPattern: losses.generalAfter)
            else { return nil }
            self.taskBefore = Int64(taskBefore.value)
            self.taskAfter = Int64(taskAfter.value)
            generalBase = Int64(base.value)
            generalParent = Int64(parent.value)
            generalAfter = Int64(after.value)
        }
    }
}

extension UpdateAck {
    /// Whether what the ack states passes every rule of a VALID verdict on this learning state: gate, slice and budget.
    public func passesRules(_ learning: LearningState) -> Bool {
        LossGateRule.passes(lossBeforeBits: lossBefore, lossAfterBits: lossAfter)
            && GuardRule.passes(self, hasPools: learning.hasPools) && GuardRule.isWithinBudget(self, learning)
    }
}
