import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_pending_consolidations` (electra beacon-chain, Pending consolidations).
    package mutating func processPendingConsolidations() throws(StateTransitionError) {
        let nextEpoch = try currentEpoch +! 1
        var processed = 0
        for pending in state.pendingConsolidations {
            let source = try validator(pending.sourceIndex)
            if source.slashed {
                processed += 1
                continue
            }
            if source.withdrawableEpoch > nextEpoch { break }
            // Calculate the consolidated balance
            let balance = min(state.balances[try position(pending.sourceIndex)], source.effectiveBalance)
            // Move active balance to target. Excess balance is withdrawable
            try decreaseBalance(pending.sourceIndex, balance)
            try increaseBalance(pending.targetIndex, balance)
            processed += 1
        }
        if processed > 0 { state.pendingConsolidations.removeFirst(processed) }
    }
}
