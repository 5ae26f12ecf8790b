public import BeaconTypes

extension CachedBeaconState {
    /// `compute_epoch_at_slot` (phase0 beacon-chain, Misc).
    public func computeEpochAtSlot(_ slot: Slot) -> Epoch { slot / preset.slotsPerEpoch }

    /// `compute_start_slot_at_epoch` (phase0 beacon-chain, Misc).
    public func computeStartSlotAtEpoch(_ epoch: Epoch) throws(StateTransitionError) -> Slot {
        try epoch *! preset.slotsPerEpoch
    }

    /// `compute_activation_exit_epoch` (phase0 beacon-chain, Misc).
    func computeActivationExitEpoch(_ epoch: Epoch) throws(StateTransitionError) -> Epoch {
        try epoch +! 1 +! preset.maxSeedLookahead
    }

    /// `get_current_epoch` (phase0 beacon-chain, Beacon state accessors).
    public var currentEpoch: Epoch { computeEpochAtSlot(state.slot) }

    /// `get_previous_epoch` (phase0 beacon-chain, Beacon state accessors).
    public var previousEpoch: Epoch { currentEpoch.saturatingSubtracting(1) }

    /// `compute_time_at_slot` (phase0 beacon-chain, Misc): seconds since 1970 at the start of `slot`.
    public func computeTimeAtSlot(_ slot: Slot) throws(StateTransitionError) -> UInt64 {
        let genesisMilliseconds = secondsToMilliseconds(state.genesisTime)
        return try (genesisMilliseconds +! slot *! config.slotDurationMs) / 1000
    }
}

/// `seconds_to_milliseconds` (phase0 fork-choice, Helpers): saturating.
func secondsToMilliseconds(_ seconds: UInt64) -> UInt64 {
    seconds > UInt64.max / 1000 ? .max : seconds * 1000
}
