import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_eth1_data_reset` (phase0 beacon-chain, Eth1 data votes updates).
    package mutating func processEth1DataReset() throws(StateTransitionError) {
        let nextEpoch = try currentEpoch +! 1
        if nextEpoch % preset.epochsPerEth1VotingPeriod == 0 { state.eth1DataVotes = SSZList([]) }
    }

    /// `process_randao_mixes_reset` (phase0 beacon-chain, Randao mixes updates).
    package mutating func processRandaoMixesReset() throws(StateTransitionError) {
        let nextEpoch = try currentEpoch +! 1
        state.randaoMixes[try ringPosition(nextEpoch, state.randaoMixes.count)] = try getRandaoMix(currentEpoch)
    }

    /// `process_historical_summaries_update` (capella beacon-chain, Historical summaries updates).
    package mutating func processHistoricalSummariesUpdate() throws(StateTransitionError) {
        let nextEpoch = try currentEpoch +! 1
        guard try nextEpoch %! (preset.slotsPerHistoricalRoot / preset.slotsPerEpoch) == 0 else { return }
        let bound = Bound.length(preset.slotsPerHistoricalRoot)
        try appendHistoricalSummary(
            blockRoots: state.blockRoots.cachedHashTreeRoot(bound), stateRoots: state.stateRoots.cachedHashTreeRoot(bound))
    }

    mutating func appendHistoricalSummary(blockRoots: Root, stateRoots: Root) throws(StateTransitionError) {
        try require(
            UInt64(state.historicalSummaries.count) < preset.historicalRootsLimit, .listFull, "historical_summaries")
        state.historicalSummaries.append(HistoricalSummary(blockSummaryRoot: blockRoots, stateSummaryRoot: stateRoots))
    }

    /// `process_participation_flag_updates` (altair beacon-chain, Participation flags updates).
    package mutating func processParticipationFlagUpdates() {
        state.previousEpochParticipation = state.currentEpochParticipation
        state.currentEpochParticipation = SSZList(repeating: 0, count: state.validators.count)
    }

    /// `process_sync_committee_updates` (altair beacon-chain, Sync committee updates).
    package mutating func processSyncCommitteeUpdates() throws(StateTransitionError) {
        let nextEpoch = try currentEpoch +! 1
        guard nextEpoch % preset.epochsPerSyncCommitteePeriod == 0 else { return }
        state.currentSyncCommittee = state.nextSyncCommittee
        state.nextSyncCommittee = try getNextSyncCommittee()
    }
}
