public import BeaconTypes
import Primitives

extension CachedBeaconState {
    /// `get_active_validator_indices` (phase0 beacon-chain, Beacon state accessors).
    public func getActiveValidatorIndices(_ epoch: Epoch) -> [ValidatorIndex] {
        if let cached = cachedCommittees(epoch) { return cached.activeIndices }
        return computeActiveValidatorIndices(epoch)
    }

    /// `get_committee_count_per_slot` (phase0 beacon-chain, Beacon state accessors).
    public func getCommitteeCountPerSlot(_ epoch: Epoch) -> UInt64 {
        if let cached = cachedCommittees(epoch) { return cached.committeesPerSlot }
        return committeeCountPerSlot(activeValidators: computeActiveValidatorIndices(epoch).count)
    }

    /// `get_beacon_committee` (phase0 beacon-chain, Beacon state accessors).
    public func getBeaconCommittee(
        _ slot: Slot, _ index: CommitteeIndex
    ) throws(StateTransitionError) -> ArraySlice<ValidatorIndex> {
        let committees = try epochCommittees(computeEpochAtSlot(slot))
        let perSlot = committees.committeesPerSlot
        try require(index < perSlot, .attestationCommittee, "committee \(index) of \(perSlot)")
        return committees.committee(
            index: slot % preset.slotsPerEpoch * perSlot + index, count: perSlot * preset.slotsPerEpoch)
    }

    /// The committees of an epoch, remembered or computed.
    func epochCommittees(_ epoch: Epoch) throws(StateTransitionError) -> EpochCommittees {
        if let cached = cachedCommittees(epoch) { return cached }
        let activeIndices = computeActiveValidatorIndices(epoch)
        var shuffled = activeIndices
        let seed = try getSeed(epoch, Constant.domainBeaconAttester)
        shuffle(&shuffled, seed: seed, rounds: preset.shuffleRoundCount)
        return EpochCommittees(
            epoch: epoch, activeIndices: activeIndices, shuffled: shuffled,
            committeesPerSlot: committeeCountPerSlot(activeValidators: activeIndices.count))
    }

    /// Computes and keeps the committees of `epoch`, dropping those of epochs out of any attestation's or
    /// certificate's reach.
    mutating func cacheCommittees(_ epoch: Epoch) throws(StateTransitionError) {
        guard cachedCommittees(epoch) == nil else { return }
        let committees = try epochCommittees(epoch)
        let reach = max(2, isPol ? 2 + (spec.ackWindowSlots + Constant.maxRevealDistance) / preset.slotsPerEpoch : 0)
        let current = currentEpoch
        caches.committees.removeAll { $0.epoch +| reach < current || $0.epoch > current +| 1 }
        caches.committees.append(committees)
    }

    private func cachedCommittees(_ epoch: Epoch) -> EpochCommittees? {
        caches.committees.last { $0.epoch == epoch }
    }

    private func computeActiveValidatorIndices(_ epoch: Epoch) -> [ValidatorIndex] {
        var indices: [ValidatorIndex] = []
        for (index, validator) in state.validators.enumerated() where isActiveValidator(validator, epoch) {
            indices.append(ValidatorIndex(index))
        }
        return indices
    }

    private func committeeCountPerSlot(activeValidators count: Int) -> UInt64 {
        max(1, min(preset.maxCommitteesPerSlot, UInt64(count) / preset.slotsPerEpoch / preset.targetCommitteeSize))
    }
}

infix operator +| : AdditionPrecedence

/// The sum, or `UInt64.max` where it overflows: for comparisons of epochs that must not fail.
func +| (left: UInt64, right: UInt64) -> UInt64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
}
