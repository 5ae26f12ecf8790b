public import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `get_beacon_proposer_index` (phase0 beacon-chain, Beacon state accessors): who proposes at the state's slot.
    public func getBeaconProposerIndex() throws(StateTransitionError) -> ValidatorIndex {
        if let cached = caches.proposer, cached.slot == state.slot { return cached.index }
        return try getBeaconProposerIndex(slot: state.slot)
    }

    /// Who would propose at `slot` of the state's current epoch, or of the next one as far as effective balances
    /// stay as they are now.
    public func getBeaconProposerIndex(slot: Slot) throws(StateTransitionError) -> ValidatorIndex {
        let epoch = computeEpochAtSlot(slot)
        let seed = SHA256.hash(try getSeed(epoch, Constant.domainBeaconProposer).bytes + slot.littleEndianBytes)
        return try computeProposerIndex(getActiveValidatorIndices(epoch), seed)
    }

    /// `compute_proposer_index` (electra beacon-chain, Misc): a random index, weighted by effective balance.
    func computeProposerIndex(_ indices: [ValidatorIndex], _ seed: Bytes32) throws(StateTransitionError) -> ValidatorIndex {
        try require(!indices.isEmpty, .noActiveValidators)
        let total = UInt64(indices.count)
        // A few dozen draws from a long list: shuffling single indices is cheaper than shuffling the list.
        let shuffling = ShuffledIndexSampler(seed: seed, indexCount: total, rounds: preset.shuffleRoundCount)
        var draw = BalanceWeightedDraw(seed: seed, maxEffectiveBalance: preset.maxEffectiveBalanceElectra)
        while true {
            let candidate = indices[Int(shuffling.computeShuffledIndex(draw.position % total))]
            if try draw.accepts(effectiveBalance: state.validators[Int(candidate)].effectiveBalance) { return candidate }
        }
    }
}
