import BeaconTypes

extension CachedBeaconState {
    /// `process_epoch` (electra beacon-chain, Epoch processing; docs/protocol.md#epoch-processing).
    package mutating func processEpoch() throws(StateTransitionError) {
        let columns = updatedColumns()
        if caches.totalActiveBalance?.epoch != currentEpoch {
            let total = try columns.totalActiveBalance(minimum: preset.effectiveBalanceIncrement)
            caches.totalActiveBalance = (currentEpoch, total)
        }
        try processJustificationAndFinalization(columns)
        var unsettled: UnsettledBalances?
        if !isIdleEpoch {
            try processInactivityUpdates(columns)
            unsettled = try processRewardsAndPenalties(columns)
        }
        try processRegistryUpdates(columns)
        try processSlashings(columns)
        try processEth1DataReset()
        try processPendingDeposits()
        try processPendingConsolidations()
        try processEffectiveBalanceUpdates(columns, unsettled)
        try processSlashingsReset()
        try processRandaoMixesReset()
        try processHistoricalSummariesUpdate()
        processParticipationFlagUpdates()
        try processSyncCommitteeUpdates()
    }

    /// The registry's columns as they are now, which are kept.
    mutating func updatedColumns() -> EpochColumns {
        var columns = caches.columns ?? EpochColumns()
        // Not to copy the columns when they belong to this state alone.
        caches.columns = nil
        columns.update(self)
        caches.columns = columns
        return columns
    }

    /// `is_idle_epoch` (docs/protocol.md#epoch-processing): whether the chain has no block in the current epoch. Then the whole
    /// chain rested, and nobody is rewarded or punished for it.
    package var isIdleEpoch: Bool {
        isPol && computeEpochAtSlot(state.latestBlockHeader.slot) < currentEpoch
    }
}

// Each step by itself, as the official vectors run it.
extension CachedBeaconState {
    /// `process_justification_and_finalization` (altair beacon-chain, Justification and finalization).
    package mutating func processJustificationAndFinalization() throws(StateTransitionError) {
        try processJustificationAndFinalization(updatedColumns())
    }

    /// `process_inactivity_updates` (altair beacon-chain, Inactivity scores).
    package mutating func processInactivityUpdates() throws(StateTransitionError) {
        try processInactivityUpdates(EpochColumns(self))
    }

    /// `process_rewards_and_penalties` (altair beacon-chain, Rewards and penalties).
    package mutating func processRewardsAndPenalties() throws(StateTransitionError) {
        _ = try processRewardsAndPenalties(EpochColumns(self))
    }

    /// `process_registry_updates` (electra beacon-chain, Registry updates).
    package mutating func processRegistryUpdates() throws(StateTransitionError) {
        try processRegistryUpdates(EpochColumns(self))
    }

    /// `process_slashings` (electra beacon-chain, Slashings).
    package mutating func processSlashings() throws(StateTransitionError) {
        try processSlashings(EpochColumns(self))
    }

    /// `process_effective_balance_updates` (electra beacon-chain, Effective balances updates).
    package mutating func processEffectiveBalanceUpdates() throws(StateTransitionError) {
        try processEffectiveBalanceUpdates(EpochColumns(self), nil)
    }
}
