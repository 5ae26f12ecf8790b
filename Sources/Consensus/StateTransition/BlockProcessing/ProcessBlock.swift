package import BeaconTypes

extension CachedBeaconState {
    /// `process_block` (electra beacon-chain, Block processing).
    ///
    /// - Parameters:
    ///   - block: the block, at the state's slot.
    ///   - signatures: gathers or verifies the block's signatures.
    ///   - isPayloadValid: what the execution engine says of the payload.
    package mutating func processBlock(
        _ block: BeaconBlock, _ signatures: inout SignatureCollector, isPayloadValid: Bool
    ) throws(StateTransitionError) {
        try warmCaches()
        try processBlockHeader(block)
        try processWithdrawals(block.body.executionPayload)
        try processExecutionPayload(block.body, isPayloadValid: isPayloadValid)
        try processRandao(block.body, &signatures)
        try processEth1Data(block.body)
        try processOperations(block.body, &signatures)
        try processSyncAggregate(block.body.syncAggregate, &signatures)
    }

    /// Computes what block processing reads again and again: committees, proposer, total balance.
    public mutating func warmCaches() throws(StateTransitionError) {
        let columns = updatedColumns()
        try cacheCommittees(previousEpoch)
        try cacheCommittees(currentEpoch)
        if caches.totalActiveBalance?.epoch != currentEpoch {
            caches.totalActiveBalance = (currentEpoch, try columns.totalActiveBalance(minimum: preset.effectiveBalanceIncrement))
        }
        if caches.proposer?.slot != state.slot {
            caches.proposer = (state.slot, try getBeaconProposerIndex(slot: state.slot))
        }
    }
}
