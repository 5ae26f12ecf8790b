import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `initiate_validator_exit` (electra beacon-chain, Beacon state mutators).
    mutating func initiateValidatorExit(_ index: ValidatorIndex) throws(StateTransitionError) {
        let position = try position(index)
        let validator = state.validators[position]
        // Return if validator already initiated exit
        guard validator.exitEpoch == Constant.farFutureEpoch else { return }
        let exitQueueEpoch = try computeExitEpochAndUpdateChurn(validator.effectiveBalance)
        state.validators[position].exitEpoch = exitQueueEpoch
        state.validators[position].withdrawableEpoch = try exitQueueEpoch +! config.minValidatorWithdrawabilityDelay
    }

    /// `compute_exit_epoch_and_update_churn` (electra beacon-chain, Beacon state mutators).
    mutating func computeExitEpochAndUpdateChurn(_ exitBalance: Gwei) throws(StateTransitionError) -> Epoch {
        let perEpochChurn = try getActivationExitChurnLimit()
        let (epoch, balance) = try consumeChurn(
            exitBalance, perEpoch: perEpochChurn, earliest: state.earliestExitEpoch, left: state.exitBalanceToConsume)
        state.exitBalanceToConsume = balance
        state.earliestExitEpoch = epoch
        return epoch
    }

    /// `compute_consolidation_epoch_and_update_churn` (electra beacon-chain, Beacon state mutators).
    mutating func computeConsolidationEpochAndUpdateChurn(_ balance: Gwei) throws(StateTransitionError) -> Epoch {
        let perEpochChurn = try getConsolidationChurnLimit()
        let (epoch, left) = try consumeChurn(
            balance, perEpoch: perEpochChurn, earliest: state.earliestConsolidationEpoch,
            left: state.consolidationBalanceToConsume)
        state.consolidationBalanceToConsume = left
        state.earliestConsolidationEpoch = epoch
        return epoch
    }

    /// What both churn functions do: finds the epoch in whose churn `balance` still fits, and what then is left of it.
    private func consumeChurn(
        _ balance: Gwei, perEpoch: Gwei, earliest: Epoch, left: Gwei
    ) throws(StateTransitionError) -> (epoch: Epoch, left: Gwei) {
        var epoch = max(earliest, try computeActivationExitEpoch(currentEpoch))
        // A new epoch starts with its full churn.
        var toConsume = earliest < epoch ? perEpoch : left
        if balance > toConsume {
            let additionalEpochs = try (balance - toConsume - 1) /! perEpoch +! 1
            epoch = try epoch +! additionalEpochs
            toConsume = try toConsume +! additionalEpochs *! perEpoch
        }
        return (epoch, try toConsume -! balance)
    }
}
