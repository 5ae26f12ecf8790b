import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `slash_validator` (electra beacon-chain, Beacon state mutators). The whistleblower is always the proposer,
    /// as in every call of the specification.
    mutating func slashValidator(_ slashedIndex: ValidatorIndex) throws(StateTransitionError) {
        let epoch = currentEpoch
        try initiateValidatorExit(slashedIndex)
        let position = try position(slashedIndex)
        let withdrawableEpoch = try epoch +! preset.epochsPerSlashingsVector
        state.validators[position].slashed = true
        state.validators[position].withdrawableEpoch = max(state.validators[position].withdrawableEpoch, withdrawableEpoch)
        let effectiveBalance = state.validators[position].effectiveBalance
        let slot = try ringPosition(epoch, state.slashings.count)
        state.slashings[slot] = try state.slashings[slot] +! effectiveBalance
        try decreaseBalance(slashedIndex, effectiveBalance / preset.minSlashingPenaltyQuotientElectra)

        // Apply proposer and whistleblower rewards
        let proposerIndex = try getBeaconProposerIndex()
        let whistleblowerReward = effectiveBalance / preset.whistleblowerRewardQuotientElectra
        let proposerReward = try whistleblowerReward *! Constant.proposerWeight / Constant.weightDenominator
        try increaseBalance(proposerIndex, proposerReward)
        try increaseBalance(proposerIndex, whistleblowerReward - proposerReward)
    }
}
