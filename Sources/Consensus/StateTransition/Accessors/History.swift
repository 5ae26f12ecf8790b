public import BeaconTypes
public import Primitives

extension CachedBeaconState {
    /// `get_block_root_at_slot` (phase0 beacon-chain, Beacon state accessors): the root of the last block at or
    /// before `slot`, which must lie in the last SLOTS_PER_HISTORICAL_ROOT slots before the state's.
    public func getBlockRootAtSlot(_ slot: Slot) throws(StateTransitionError) -> Root {
        try require(
            slot < state.slot && state.slot - slot <= preset.slotsPerHistoricalRoot, .historyRange,
            "slot \(slot), state at slot \(state.slot)")
        return try entry(of: state.blockRoots, slot)
    }

    /// `get_block_root` (phase0 beacon-chain, Beacon state accessors): the block root at the start of `epoch`.
    public func getBlockRoot(_ epoch: Epoch) throws(StateTransitionError) -> Root {
        try getBlockRootAtSlot(try computeStartSlotAtEpoch(epoch))
    }

    /// `get_randao_mix` (phase0 beacon-chain, Beacon state accessors).
    public func getRandaoMix(_ epoch: Epoch) throws(StateTransitionError) -> Bytes32 {
        try entry(of: state.randaoMixes, epoch)
    }

    /// `get_seed` (phase0 beacon-chain, Beacon state accessors).
    public func getSeed(_ epoch: Epoch, _ domainType: DomainType) throws(StateTransitionError) -> Bytes32 {
        // Avoid underflow.
        let mix = try getRandaoMix(try epoch +! preset.epochsPerHistoricalVector -! preset.minSeedLookahead -! 1)
        return SHA256.hash(domainType.bytes + epoch.littleEndianBytes + mix.bytes)
    }
}
