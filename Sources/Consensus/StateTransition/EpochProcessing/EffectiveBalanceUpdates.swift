import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_effective_balance_updates` (electra beacon-chain, Effective balances updates): with hysteresis.
    package mutating func processEffectiveBalanceUpdates() throws(StateTransitionError) {
        let hysteresisIncrement = preset.effectiveBalanceIncrement / preset.hysteresisQuotient
        let downwardThreshold = hysteresisIncrement * preset.hysteresisDownwardMultiplier
        let upwardThreshold = hysteresisIncrement * preset.hysteresisUpwardMultiplier
        for position in 0..<state.validators.count {
            let validator = state.validators[position]
            let balance = state.balances[position]
            let isTooHigh = try balance +! downwardThreshold < validator.effectiveBalance
            let isTooLow = try validator.effectiveBalance +! upwardThreshold < balance
            guard isTooHigh || isTooLow else { continue }
            let effectiveBalance = min(
                balance - balance % preset.effectiveBalanceIncrement, getMaxEffectiveBalance(validator))
            if effectiveBalance != validator.effectiveBalance {
                state.validators[position].effectiveBalance = effectiveBalance
            }
        }
    }
}
