public import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_slots` (phase0 beacon-chain, Beacon chain state transition function): moves the state to `slot`, which
    /// must be later than its own.
    ///
    /// Each slot costs a state root, so check that a slot from outside is not absurdly far away before. A long rest of a
    /// `pol` chain costs some two microseconds a slot: see `rest(until:)`.
    public mutating func processSlots(to slot: Slot) throws(StateTransitionError) {
        try require(state.slot < slot, .slotNotLater, "slot \(slot), state at slot \(state.slot)")
        while state.slot < slot {
            if slot - state.slot >= Self.shortestRest, let last = lastQuietSlot() {
                let end = min(slot, last + 1)
                if end >= state.slot + Self.shortestRest {
                    try rest(until: end)
                    continue
                }
            }
            try processSlotAndEpoch()
        }
    }

    /// The slow twin of `processSlots`: every slot and every epoch by the specification's own steps.
    package mutating func processSlotsOneByOne(to slot: Slot) throws(StateTransitionError) {
        try require(state.slot < slot, .slotNotLater, "slot \(slot), state at slot \(state.slot)")
        while state.slot < slot { try processSlotAndEpoch() }
    }

    /// One turn of `process_slots`.
    private mutating func processSlotAndEpoch() throws(StateTransitionError) {
        try processSlot()
        // Process epoch on the start slot of the next epoch
        let next = state.slot + 1
        if next % preset.slotsPerEpoch == 0 { try processEpoch() }
        state.slot = next
    }

    /// `process_slot` (phase0 beacon-chain, Beacon chain state transition function).
    private mutating func processSlot() throws(StateTransitionError) {
        let position = try ringPosition(state.slot, state.stateRoots.count)
        // Cache state root
        let previousStateRoot = hashTreeRoot()
        state.stateRoots[position] = previousStateRoot
        // Cache latest block header state root
        if state.latestBlockHeader.stateRoot.isZero { state.latestBlockHeader.stateRoot = previousStateRoot }
        // Cache block root
        state.blockRoots[position] = state.latestBlockHeader.hashTreeRoot(spec)
    }
}
