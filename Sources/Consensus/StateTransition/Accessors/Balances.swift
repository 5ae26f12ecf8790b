public import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `get_total_active_balance` (phase0 beacon-chain, Beacon state accessors), in Gwei, at least one increment.
    public func getTotalActiveBalance() throws(StateTransitionError) -> Gwei {
        let epoch = currentEpoch
        if let cached = caches.totalActiveBalance, cached.epoch == epoch { return cached.balance }
        var total: Gwei = 0
        for validator in state.validators where isActiveValidator(validator, epoch) {
            total = try total +! validator.effectiveBalance
        }
        return max(preset.effectiveBalanceIncrement, total)
    }

    /// `get_base_reward_per_increment` (altair beacon-chain, Beacon state accessors).
    package func getBaseRewardPerIncrement() throws(StateTransitionError) -> Gwei {
        preset.effectiveBalanceIncrement * preset.baseRewardFactor / integerSquareroot(try getTotalActiveBalance())
    }

    /// `get_base_reward` (altair beacon-chain, Beacon state accessors), for a validator of this effective balance.
    func baseReward(effectiveBalance: Gwei, perIncrement: Gwei) throws(StateTransitionError) -> Gwei {
        try effectiveBalance / preset.effectiveBalanceIncrement *! perIncrement
    }

    /// `get_finality_delay` (altair beacon-chain, Beacon state accessors).
    func getFinalityDelay() throws(StateTransitionError) -> UInt64 {
        try previousEpoch -! state.finalizedCheckpoint.epoch
    }

    /// `is_in_inactivity_leak` (altair beacon-chain, Beacon state accessors).
    public func isInInactivityLeak() throws(StateTransitionError) -> Bool {
        try getFinalityDelay() > preset.minEpochsToInactivityPenalty
    }

    /// `get_balance_churn_limit` (electra beacon-chain, Beacon state accessors).
    func getBalanceChurnLimit() throws(StateTransitionError) -> Gwei {
        let churn = max(config.minPerEpochChurnLimitElectra, try getTotalActiveBalance() /! config.churnLimitQuotient)
        return churn - churn % preset.effectiveBalanceIncrement
    }

    /// `get_activation_exit_churn_limit` (electra beacon-chain, Beacon state accessors).
    func getActivationExitChurnLimit() throws(StateTransitionError) -> Gwei {
        min(config.maxPerEpochActivationExitChurnLimit, try getBalanceChurnLimit())
    }

    /// `get_consolidation_churn_limit` (electra beacon-chain, Beacon state accessors).
    func getConsolidationChurnLimit() throws(StateTransitionError) -> Gwei {
        try getBalanceChurnLimit() -! getActivationExitChurnLimit()
    }

    /// `get_pending_balance_to_withdraw` (electra beacon-chain, Beacon state accessors).
    func getPendingBalanceToWithdraw(_ index: ValidatorIndex) throws(StateTransitionError) -> Gwei {
        var balance: Gwei = 0
        for withdrawal in state.pendingPartialWithdrawals where withdrawal.validatorIndex == index {
            balance = try balance +! withdrawal.amount
        }
        return balance
    }
}
