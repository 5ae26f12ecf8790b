extension CachedBeaconState {
    /// `process_epoch` (electra beacon-chain, Epoch processing).
    package mutating func processEpoch() throws(StateTransitionError) {
        caches.totalActiveBalance = (currentEpoch, try getTotalActiveBalance())
        try processJustificationAndFinalization()
        try processInactivityUpdates()
        try processRewardsAndPenalties()
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
}
