import BeaconTypes

extension CachedBeaconState {
    /// `process_epoch` (electra beacon-chain, Epoch processing; docs/protocol.md#epoch-processing).
    package mutating func processEpoch() throws(StateTransitionError) {
        caches.totalActiveBalance = (currentEpoch, try getTotalActiveBalance())
        try processJustificationAndFinalization()
        if !isIdleEpoch {
            try processInactivityUpdates()
            try processRewardsAndPenalties()
        }
        try processRegistryUpdates()
        try processSlashings()
        try processEth1DataReset()
        try processPendingDeposits()
        try processPendingConsolidations()
        try processEffectiveBalanceUpdates()
        try processSlashingsReset()
        try processRandaoMixesReset()
        try processHistoricalSummariesUpdate()
        processParticipationFlagUpdates()
        try processSyncCommitteeUpdates()
    }

    /// `is_idle_epoch` (docs/protocol.md#epoch-processing): whether the chain has no block in the current epoch. Then the whole
    /// chain rested, and nobody is rewarded or punished for it.
    package var isIdleEpoch: Bool {
        isPol && computeEpochAtSlot(state.latestBlockHeader.slot) < currentEpoch
    }
}
