public import BeaconTypes
import Primitives

/// `is_active_validator` (phase0 beacon-chain, Predicates).
@inline(__always)
public func isActiveValidator(_ validator: Validator, _ epoch: Epoch) -> Bool {
    validator.activationEpoch <= epoch && epoch < validator.exitEpoch
}

/// `is_slashable_validator` (phase0 beacon-chain, Predicates).
public func isSlashableValidator(_ validator: Validator, _ epoch: Epoch) -> Bool {
    !validator.slashed && validator.activationEpoch <= epoch && epoch < validator.withdrawableEpoch
}

extension Validator {
    /// `has_eth1_withdrawal_credential` (capella beacon-chain, Predicates): prefix 0x01.
    var hasEth1WithdrawalCredential: Bool { withdrawalCredentials[0] == Constant.eth1AddressWithdrawalPrefix }

    /// `has_compounding_withdrawal_credential` (electra beacon-chain, Predicates): prefix 0x02.
    var hasCompoundingWithdrawalCredential: Bool { withdrawalCredentials[0] == Constant.compoundingWithdrawalPrefix }

    /// `has_execution_withdrawal_credential` (electra beacon-chain, Predicates): prefix 0x01 or 0x02.
    var hasExecutionWithdrawalCredential: Bool { hasEth1WithdrawalCredential || hasCompoundingWithdrawalCredential }

    /// The execution address in the last 20 bytes of the withdrawal credentials.
    var withdrawalAddress: ExecutionAddress {
        ExecutionAddress(withdrawalCredentials.bytes.suffix(20)) ?? .zero
    }
}

extension CachedBeaconState {
    /// `is_eligible_for_activation_queue` (electra beacon-chain, Predicates).
    func isEligibleForActivationQueue(_ validator: Validator) -> Bool {
        validator.activationEligibilityEpoch == Constant.farFutureEpoch
            && validator.effectiveBalance >= preset.minActivationBalance
    }

    /// `is_eligible_for_activation` (phase0 beacon-chain, Predicates).
    func isEligibleForActivation(_ validator: Validator) -> Bool {
        validator.activationEligibilityEpoch <= state.finalizedCheckpoint.epoch
            && validator.activationEpoch == Constant.farFutureEpoch
    }

    /// `get_max_effective_balance` (electra beacon-chain, Beacon state accessors).
    func getMaxEffectiveBalance(_ validator: Validator) -> Gwei {
        validator.hasCompoundingWithdrawalCredential ? preset.maxEffectiveBalanceElectra : preset.minActivationBalance
    }

    /// `is_fully_withdrawable_validator` (electra beacon-chain, Predicates).
    func isFullyWithdrawableValidator(_ validator: Validator, _ balance: Gwei, _ epoch: Epoch) -> Bool {
        validator.hasExecutionWithdrawalCredential && validator.withdrawableEpoch <= epoch && balance > 0
    }

    /// `is_partially_withdrawable_validator` (electra beacon-chain, Predicates).
    func isPartiallyWithdrawableValidator(_ validator: Validator, _ balance: Gwei) -> Bool {
        let maxEffectiveBalance = getMaxEffectiveBalance(validator)
        return validator.hasExecutionWithdrawalCredential && validator.effectiveBalance == maxEffectiveBalance
            && balance > maxEffectiveBalance
    }

    /// `is_eligible_for_partial_withdrawals` (electra beacon-chain, Predicates).
    func isEligibleForPartialWithdrawals(_ validator: Validator, _ balance: Gwei) -> Bool {
        validator.exitEpoch == Constant.farFutureEpoch && validator.effectiveBalance >= preset.minActivationBalance
            && balance > preset.minActivationBalance
    }
}
