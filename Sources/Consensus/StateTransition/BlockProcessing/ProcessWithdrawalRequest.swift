package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_withdrawal_request` (electra beacon-chain, Withdrawal requests). A request that does not fit is ignored:
    /// it comes from a contract that cannot check it.
    package mutating func processWithdrawalRequest(_ request: WithdrawalRequest) throws(StateTransitionError) {
        let isFullExitRequest = request.amount == Constant.fullExitRequestAmount
        // If partial withdrawal queue is full, only full exits are processed
        let isQueueFull = UInt64(state.pendingPartialWithdrawals.count) == preset.pendingPartialWithdrawalsLimit
        if isQueueFull && !isFullExitRequest { return }

        // Verify pubkey exists
        guard let index = validatorIndex(of: request.validatorPubkey) else { return }
        let validator = try validator(index)
        // Verify withdrawal credentials
        guard validator.hasExecutionWithdrawalCredential, validator.withdrawalAddress == request.sourceAddress else { return }
        // Verify the validator is active
        guard isActiveValidator(validator, currentEpoch) else { return }
        // Verify exit has not been initiated
        guard validator.exitEpoch == Constant.farFutureEpoch else { return }
        // Verify the validator has been active long enough
        guard try currentEpoch >= validator.activationEpoch +! config.shardCommitteePeriod else { return }

        let pendingBalanceToWithdraw = try getPendingBalanceToWithdraw(index)
        if isFullExitRequest {
            // Only exit validator if it has no pending withdrawals in the queue
            if pendingBalanceToWithdraw == 0 { try initiateValidatorExit(index) }
            return
        }

        let balance = state.balances[try position(index)]
        let reserved = try preset.minActivationBalance +! pendingBalanceToWithdraw
        let hasSufficientEffectiveBalance = validator.effectiveBalance >= preset.minActivationBalance
        // Only allow partial withdrawals with compounding withdrawal credentials
        guard validator.hasCompoundingWithdrawalCredential, hasSufficientEffectiveBalance, balance > reserved else { return }
        let amount = min(balance - reserved, request.amount)
        let exitQueueEpoch = try computeExitEpochAndUpdateChurn(amount)
        state.pendingPartialWithdrawals.append(
            PendingPartialWithdrawal(
                validatorIndex: index, amount: amount,
                withdrawableEpoch: try exitQueueEpoch +! config.minValidatorWithdrawabilityDelay))
    }
}
