import BLS
package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `get_next_sync_committee_indices` (electra beacon-chain, Beacon state accessors): with possible duplicates.
    package func getNextSyncCommitteeIndices() throws(StateTransitionError) -> [ValidatorIndex] {
        let epoch = try currentEpoch +! 1
        let seed = try getSeed(epoch, Constant.domainSyncCommittee)
        // Thousands of draws: the whole list is shuffled once.
        var candidates = getActiveValidatorIndices(epoch)
        try require(!candidates.isEmpty, .noActiveValidators)
        shuffle(&candidates, seed: seed, rounds: preset.shuffleRoundCount)
        var draw = BalanceWeightedDraw(seed: seed, maxEffectiveBalance: preset.maxEffectiveBalanceElectra)
        var indices: [ValidatorIndex] = []
        while UInt64(indices.count) < preset.syncCommitteeSize {
            let candidate = candidates[Int(draw.position % UInt64(candidates.count))]
            let effectiveBalance = state.validators[Int(candidate)].effectiveBalance
            if try draw.accepts(effectiveBalance: effectiveBalance) { indices.append(candidate) }
        }
        return indices
    }

    /// `get_next_sync_committee` (altair beacon-chain, Beacon state accessors).
    package func getNextSyncCommittee() throws(StateTransitionError) -> SyncCommittee {
        var pubkeys: [BLSPubkey] = []
        for index in try getNextSyncCommitteeIndices() { pubkeys.append(try validator(index).pubkey) }
        let aggregate: BLSPubkey
        do {
            aggregate = try BLS.ethAggregatePublicKeys(pubkeys)
        } catch {
            throw StateTransitionError(.publicKey, "\(error)")
        }
        return SyncCommittee(pubkeys: SSZVector(pubkeys), aggregatePubkey: aggregate)
    }
}
