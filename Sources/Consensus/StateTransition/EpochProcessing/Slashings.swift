import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_slashings` (electra beacon-chain, Slashings).
    mutating func processSlashings(_ columns: EpochColumns) throws(StateTransitionError) {
        let epoch = currentEpoch
        let totalBalance = try getTotalActiveBalance()
        var sum: Gwei = 0
        for slashed in state.slashings { sum = try sum +! slashed }
        let adjusted = min(try sum *! preset.proportionalSlashingMultiplierBellatrix, totalBalance)
        let increment = preset.effectiveBalanceIncrement
        let penaltyPerIncrement = try adjusted /! (totalBalance / increment)
        let target = epoch +| preset.epochsPerSlashingsVector / 2
        try columns.forEach(with: .slashed) { (position) throws(StateTransitionError) in
            let validator = state.validators[position]
            guard validator.withdrawableEpoch == target else { return }
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
