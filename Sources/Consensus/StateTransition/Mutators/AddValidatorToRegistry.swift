import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `add_validator_to_registry` (electra beacon-chain, Deposits).
    mutating func addValidatorToRegistry(
        _ pubkey: BLSPubkey, _ withdrawalCredentials: Bytes32, _ amount: Gwei
    ) throws(StateTransitionError) {
        let index = state.validators.count
        try require(UInt64(index) < preset.validatorRegistryLimit, .listFull, "validators")
        state.validators.append(getValidatorFromDeposit(pubkey, withdrawalCredentials, amount))
        state.balances.append(amount)
        state.previousEpochParticipation.append(0)
        state.currentEpochParticipation.append(0)
        state.inactivityScores.append(0)
        caches.registry.insert(pubkey, ValidatorIndex(index))
    }

    /// `get_validator_from_deposit` (electra beacon-chain, Deposits).
    func getValidatorFromDeposit(_ pubkey: BLSPubkey, _ withdrawalCredentials: Bytes32, _ amount: Gwei) -> Validator {
        var validator = Validator(
            pubkey: pubkey, withdrawalCredentials: withdrawalCredentials, effectiveBalance: 0, slashed: false,
            activationEligibilityEpoch: Constant.farFutureEpoch, activationEpoch: Constant.farFutureEpoch,
            exitEpoch: Constant.farFutureEpoch,
            withdrawableEpoch: Constant.farFutureEpoch)
        validator.effectiveBalance = min(
            amount - amount % preset.effectiveBalanceIncrement, getMaxEffectiveBalance(validator))
        return validator
    }
}
