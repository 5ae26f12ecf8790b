extension Preset {
    /// The preset of the `pol` chain: `minimal` with one-slot epochs and the constants rescaled to them.
    ///
    /// With one slot per epoch every rule that counts epochs counts slots, so periods and buffers grow to keep their
    /// length in time, and rewards per epoch shrink.
    public static let pol: Preset = {
        var preset = Preset.minimal
        preset.maxCommitteesPerSlot = 1
        preset.slotsPerEpoch = 1
        preset.epochsPerEth1VotingPeriod = 64
        preset.slotsPerHistoricalRoot = 2048
        preset.minEpochsToInactivityPenalty = 64
        preset.epochsPerHistoricalVector = 2048
        // Longer than MIN_VALIDATOR_WITHDRAWABILITY_DELAY, or the correlation penalty, due half of it after the offence, would
        // find the offence's entry zeroed.
        preset.epochsPerSlashingsVector = 16_384
        preset.baseRewardFactor = 2
        // An absence of days, not of hours, takes a validator's vote away.
        preset.inactivityPenaltyQuotientBellatrix = 1 << 32
        preset.epochsPerSyncCommitteePeriod = 256
        preset.maxExtraDataBytes = 64
        preset.maxWithdrawalsPerPayload = 16
        return preset
    }()
}
