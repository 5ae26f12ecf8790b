public import BeaconTypes

extension BeaconSpec {
    /// `compute_sync_committee_period_at_slot` (altair `light-client/sync-protocol.md`).
    public func syncCommitteePeriod(at slot: Slot) -> UInt64 {
        slot / preset.slotsPerEpoch / preset.epochsPerSyncCommitteePeriod
    }

    /// The first slot of a sync committee period, clamped to the last slot there is.
    public func startSlot(ofSyncCommitteePeriod period: UInt64) -> Slot {
        let (length, _) = preset.slotsPerEpoch.multipliedReportingOverflow(by: preset.epochsPerSyncCommitteePeriod)
        let (slot, overflow) = period.multipliedReportingOverflow(by: length)
        return overflow ? .max : slot
    }
}
