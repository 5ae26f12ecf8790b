import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_effective_balance_updates` (electra beacon-chain, Effective balances updates): with hysteresis.
    package mutating func processEffectiveBalanceUpdates() throws(StateTransitionError) {
        for position in 0..<state.validators.count {
            let update = try effectiveBalanceUpdate(state.validators[position], balance: state.balances[position])
            if let update { state.validators[position].effectiveBalance = update }
        }
    }

    /// The effective balance that a validator's balance gives it, `nil` where it stays.
    func effectiveBalanceUpdate(_ validator: Validator, balance: Gwei) throws(StateTransitionError) -> Gwei? {
        let hysteresisIncrement = preset.effectiveBalanceIncrement / preset.hysteresisQuotient
        let downwardThreshold = hysteresisIncrement * preset.hysteresisDownwardMultiplier
        let upwardThreshold = hysteresisIncrement * preset.hysteresisUpwardMultiplier
        let isTooHigh = try balance +! downwardThreshold < validator.effectiveBalance
        let isTooLow = try validator.effectiveBalance +! upwardThreshold < balance
        guard isTooHigh || isTooLow else { return nil }
        let effectiveBalance = min(
            balance - balance % preset.effectiveBalanceIncrement, getMaxEffectiveBalance(validator))
        return effectiveBalance == validator.effectiveBalance ? nil : effectiveBalance
    }
}
