import BeaconTypes
import ForkChoice
import StateTransition

// Times are milliseconds since 1970. Sums saturate: what lies beyond the end of time is in the future.
extension GossipChain {
    private var disparity: UInt64 { spec.config.maximumGossipClockDisparity }

    /// `compute_time_at_slot_ms` (phase0 beacon-chain, Misc).
    func computeTimeAtSlotMs(_ slot: Slot) -> UInt64 {
        let (offset, overflow) = slot.multipliedReportingOverflow(by: spec.config.slotDurationMs)
        return overflow ? .max : forkChoice.genesisTimeMs.saturatingAdd(offset)
    }

    /// `is_future_slot` (phase0 p2p-interface).
    func isFutureSlot(_ slot: Slot, _ currentTimeMs: UInt64) -> Bool {
        currentTimeMs.saturatingAdd(disparity) < computeTimeAtSlotMs(slot)
    }

    /// `is_future_epoch` (phase0 p2p-interface).
    func isFutureEpoch(_ epoch: Epoch, _ currentTimeMs: UInt64) -> Bool {
        let time = currentTimeMs.saturatingAdd(disparity)
        let sinceGenesis = time > forkChoice.genesisTimeMs ? time - forkChoice.genesisTimeMs : 0
        return headState.computeEpochAtSlot(sinceGenesis / max(1, spec.config.slotDurationMs)) < epoch
    }

    /// `is_within_slot_range` (phase0 p2p-interface): whether it is one of the slots `slot` … `slot + range`, give or take the
    /// disparity of clocks.
    func isWithinSlotRange(_ slot: Slot, _ range: UInt64, _ currentTimeMs: UInt64) -> Bool {
        if isFutureSlot(slot, currentTimeMs) { return false }
        let end = computeTimeAtSlotMs(slot.saturatingAdd(range).saturatingAdd(1))
        return end.saturatingAdd(disparity) >= currentTimeMs
    }

    /// `is_current_slot` (altair p2p-interface).
    func isCurrentSlot(_ slot: Slot, _ currentTimeMs: UInt64) -> Bool { isWithinSlotRange(slot, 0, currentTimeMs) }

    /// `is_current_or_previous_epoch` (deneb p2p-interface).
    func isCurrentOrPreviousEpoch(_ epoch: Epoch, _ currentTimeMs: UInt64) -> Bool {
        isWithinEpoch(epoch, currentTimeMs) || isWithinEpoch(epoch.saturatingAdd(1), currentTimeMs)
    }

    /// `is_within_epoch` (deneb p2p-interface).
    private func isWithinEpoch(_ epoch: Epoch, _ currentTimeMs: UInt64) -> Bool {
        let perEpoch = spec.preset.slotsPerEpoch
        let (start, overflow) = epoch.multipliedReportingOverflow(by: perEpoch)
        return !overflow && isWithinSlotRange(start, perEpoch - 1, currentTimeMs)
    }
}
