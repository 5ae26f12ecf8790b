import BeaconTypes
import Primitives

/// All committees of one epoch: the active validators, and the same shuffled and cut into equal slices.
struct EpochCommittees: Sendable {
    let epoch: Epoch
    /// `get_active_validator_indices(state, epoch)`, ascending.
    let activeIndices: [ValidatorIndex]
    /// The same, shuffled with the epoch's attester seed.
    let shuffled: [ValidatorIndex]
    /// `get_committee_count_per_slot(state, epoch)`.
    let committeesPerSlot: UInt64

    /// `compute_committee` (phase0 beacon-chain, Misc): slice `index` of `count` of the shuffled list.
    func committee(index: UInt64, count: UInt64) -> ArraySlice<ValidatorIndex> {
        // A list of validators is far below 2^40 long and a committee index far below 2^20: the products fit.
        let total = UInt64(shuffled.count)
        let start = total * index / count
        let end = total * (index + 1) / count
        return shuffled[Int(start)..<Int(end)]
    }
}
