import BLS
package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `get_next_sync_committee_indices` (electra beacon-chain, Beacon state accessors): with possible duplicates.
    package func getNextSyncCommitteeIndices() throws(StateTransitionError) -> [ValidatorIndex] {
        let epoch = try currentEpoch +! 1
        let seed = try getSeed(epoch, Constant.domainSyncCommittee)
        var sampler = try BalanceWeightedSampler(
            getActiveValidatorIndices(epoch), seed: seed, rounds: preset.shuffleRoundCount)
        var indices: [ValidatorIndex] = []
        while UInt64(indices.count) < preset.syncCommitteeSize {
            indices.append(try sampler.next(state, maxEffectiveBalance: preset.maxEffectiveBalanceElectra))
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
