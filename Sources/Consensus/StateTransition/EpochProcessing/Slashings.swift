import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_slashings` (electra beacon-chain, Slashings).
    package mutating func processSlashings() throws(StateTransitionError) {
        let epoch = currentEpoch
        let totalBalance = try getTotalActiveBalance()
        var sum: Gwei = 0
        for slashed in state.slashings { sum = try sum +! slashed }
        let adjusted = min(try sum *! preset.proportionalSlashingMultiplierBellatrix, totalBalance)
        let increment = preset.effectiveBalanceIncrement
        let penaltyPerIncrement = try adjusted /! (totalBalance / increment)
        let target = epoch +| preset.epochsPerSlashingsVector / 2
        for (position, validator) in state.validators.enumerated()
        where validator.slashed && validator.withdrawableEpoch == target {
            try decreaseBalance(
                ValidatorIndex(position), try penaltyPerIncrement *! (validator.effectiveBalance / increment))
        }
    }

    /// `process_slashings_reset` (phase0 beacon-chain, Slashings balances updates).
    package mutating func processSlashingsReset() throws(StateTransitionError) {
        let slot = try ringPosition(try currentEpoch +! 1, state.slashings.count)
        if state.slashings[slot] != 0 { state.slashings[slot] = 0 }
    }
}
