public import BeaconTypes
import Primitives

extension CachedBeaconState {
    /// `compute_weak_subjectivity_period` (electra weak-subjectivity): for how many epochs a state is safe to start from.
    public func computeWeakSubjectivityPeriod() throws(StateTransitionError) -> Epoch {
        let safetyDecay: UInt64 = 10
        let total = try getTotalActiveBalance()
        let churn = try getBalanceChurnLimit()
        let epochsForChurn = try safetyDecay *! total /! (2 *! churn *! 100)
        return try config.minValidatorWithdrawabilityDelay +! epochsForChurn
    }

    /// `is_within_weak_subjectivity_period` (electra weak-subjectivity): whether this state is young enough to start from.
    public func isWithinWeakSubjectivityPeriod(currentEpoch now: Epoch) throws(StateTransitionError) -> Bool {
        now <= (try currentEpoch +! computeWeakSubjectivityPeriod())
    }
}
