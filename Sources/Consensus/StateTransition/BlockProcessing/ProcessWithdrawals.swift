public import BeaconTypes
public import EngineTypes
import SSZ

/// What `get_expected_withdrawals` finds (electra beacon-chain, Withdrawals), and our fork's trainer rewards.
public struct ExpectedWithdrawals: Sendable {
    /// All withdrawals that the payload must hold, in order.
    public var withdrawals: [Withdrawal]
    /// How many of them are the official ones: pending partial ones, then the sweep's.
    public var officialCount: Int
    /// How many entries of `pending_partial_withdrawals` are done with.
    public var processedPartialWithdrawals: Int
}

extension CachedBeaconState {
    /// `get_expected_withdrawals` (electra beacon-chain, Withdrawals). Under our fork the whole queue of trainer
    /// rewards follows (docs/protocol.md#queue_trainer_rewards).
    public func getExpectedWithdrawals() throws(StateTransitionError) -> ExpectedWithdrawals {
        var withdrawals: [Withdrawal] = []
        var index = state.nextWithdrawalIndex
        let processedPartials = try getPendingPartialWithdrawals(&withdrawals, &index)
        try getValidatorsSweepWithdrawals(&withdrawals, &index)
        let officialCount = withdrawals.count
        if isPol { try appendTrainerRewards(&withdrawals, &index) }
        return ExpectedWithdrawals(
            withdrawals: withdrawals, officialCount: officialCount, processedPartialWithdrawals: processedPartials)
    }

    /// `process_withdrawals` (electra beacon-chain, Withdrawals).
    package mutating func processWithdrawals(_ payload: ExecutionPayload) throws(StateTransitionError) {
        // Get expected withdrawals
        let expected = try getExpectedWithdrawals()
        try require(
            payload.withdrawals.elementsEqual(expected.withdrawals), .withdrawals,
            "\(payload.withdrawals.count), expected \(expected.withdrawals.count)")
        let official = expected.withdrawals.prefix(expected.officialCount)

        // Apply expected withdrawals
        for withdrawal in official { try decreaseBalance(withdrawal.validatorIndex, withdrawal.amount) }

        // Update withdrawals fields in the state
        if let last = expected.withdrawals.last { state.nextWithdrawalIndex = try last.index +! 1 }
        if expected.processedPartialWithdrawals > 0 {
            state.pendingPartialWithdrawals.removeFirst(expected.processedPartialWithdrawals)
        }
        try updateNextWithdrawalValidatorIndex(official)
        if isPol { state.learning.pendingRewards = [] }
    }

    /// `get_pending_partial_withdrawals` (electra beacon-chain, Withdrawals). Returns how many entries are done with.
    private func getPendingPartialWithdrawals(
        _ withdrawals: inout [Withdrawal], _ index: inout WithdrawalIndex
    ) throws(StateTransitionError) -> Int {
        let epoch = currentEpoch
        let limit = min(preset.maxPendingPartialsPerWithdrawalsSweep, preset.maxWithdrawalsPerPayload - 1)
        var processed = 0
        for pending in state.pendingPartialWithdrawals {
            guard pending.withdrawableEpoch <= epoch, UInt64(withdrawals.count) < limit else { break }
            let validator = try validator(pending.validatorIndex)
            let balance = try getBalanceAfterWithdrawals(pending.validatorIndex, withdrawals)
            if isEligibleForPartialWithdrawals(validator, balance) {
                let amount = min(balance - preset.minActivationBalance, pending.amount)
                withdrawals.append(
                    Withdrawal(
                        index: index, validatorIndex: pending.validatorIndex, address: validator.withdrawalAddress,
                        amount: amount))
                index = try index +! 1
            }
            processed += 1
        }
        return processed
    }

    /// `get_validators_sweep_withdrawals` (electra beacon-chain, Withdrawals).
    private func getValidatorsSweepWithdrawals(
        _ withdrawals: inout [Withdrawal], _ index: inout WithdrawalIndex
    ) throws(StateTransitionError) {
        let epoch = currentEpoch
        let count = UInt64(state.validators.count)
        var validatorIndex = state.nextWithdrawalValidatorIndex
        for _ in 0..<min(count, preset.maxValidatorsPerWithdrawalsSweep) {
            guard UInt64(withdrawals.count) < preset.maxWithdrawalsPerPayload else { break }
            let validator = try validator(validatorIndex)
            let balance = try getBalanceAfterWithdrawals(validatorIndex, withdrawals)
            var amount: Gwei?
            if isFullyWithdrawableValidator(validator, balance, epoch) {
                amount = balance
            } else if isPartiallyWithdrawableValidator(validator, balance) {
                amount = balance - getMaxEffectiveBalance(validator)
            }
            if let amount {
                withdrawals.append(
                    Withdrawal(
                        index: index, validatorIndex: validatorIndex, address: validator.withdrawalAddress, amount: amount))
                index = try index +! 1
            }
            validatorIndex = try (validatorIndex +! 1) %! count
        }
    }

    /// `get_balance_after_withdrawals` (electra beacon-chain, Withdrawals).
    private func getBalanceAfterWithdrawals(
        _ index: ValidatorIndex, _ withdrawals: [Withdrawal]
    ) throws(StateTransitionError) -> Gwei {
        var balance = state.balances[try position(index)]
        for withdrawal in withdrawals where withdrawal.validatorIndex == index {
            balance = try balance -! withdrawal.amount
        }
        return balance
    }

    /// `update_next_withdrawal_validator_index` (capella beacon-chain, Withdrawals).
    private mutating func updateNextWithdrawalValidatorIndex(
        _ withdrawals: ArraySlice<Withdrawal>
    ) throws(StateTransitionError) {
        let count = UInt64(state.validators.count)
        if let last = withdrawals.last, UInt64(withdrawals.count) == preset.maxWithdrawalsPerPayload {
            // Next sweep starts after the latest withdrawal's validator index
            state.nextWithdrawalValidatorIndex = try (last.validatorIndex +! 1) %! count
        } else {
            // Advance sweep by the max length of the sweep if there was not a full set of withdrawals
            state.nextWithdrawalValidatorIndex =
                try (state.nextWithdrawalValidatorIndex +! preset.maxValidatorsPerWithdrawalsSweep) %! count
        }
    }
}
