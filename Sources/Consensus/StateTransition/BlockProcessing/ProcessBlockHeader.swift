package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_block_header` (phase0 beacon-chain, Block header).
    package mutating func processBlockHeader(_ block: BeaconBlock) throws(StateTransitionError) {
        // Verify that the slots match
        try require(block.slot == state.slot, .blockSlot, "slot \(block.slot), state at slot \(state.slot)")
        // Verify that the block is newer than latest block header
        let latest = state.latestBlockHeader
        try require(block.slot > latest.slot, .blockNotNewer, "slot \(block.slot), latest header \(latest.slot)")
        // Verify that proposer index is the correct index
        let proposerIndex = try getBeaconProposerIndex()
        try require(
            block.proposerIndex == proposerIndex, .proposerIndex, "\(block.proposerIndex), expected \(proposerIndex)")
        // Verify that the parent matches
        let parentRoot = latest.hashTreeRoot(spec)
        try require(
            block.parentRoot == parentRoot, .parentRoot, "\(block.parentRoot.shortHex), expected \(parentRoot.shortHex)")
        // Cache current block as the new latest block; the next process_slot writes its state root
        state.latestBlockHeader = BeaconBlockHeader(
            slot: block.slot, proposerIndex: block.proposerIndex, parentRoot: block.parentRoot, stateRoot: .zero,
            bodyRoot: block.body.hashTreeRoot(spec))
        // Verify proposer is not slashed
        try require(!(try validator(block.proposerIndex).slashed), .proposerSlashed, "validator \(block.proposerIndex)")
    }
}
