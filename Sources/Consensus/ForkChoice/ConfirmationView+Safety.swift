import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension ConfirmationView {
    /// `is_one_confirmed`: whether the block is LMD-GHOST safe by the balances of `checkpoint`.
    mutating func isOneConfirmed(_ root: Root, _ checkpoint: Checkpoint) throws(ForkChoiceError) -> Bool {
        let source = try source(checkpoint)
        guard let position = store.array.position(of: root) else { throw .unknownBlock(root) }
        return try source.scores[position] > safetyThreshold(root, source)
    }

    /// `compute_safety_threshold`.
    private mutating func safetyThreshold(_ root: Root, _ source: BalanceSource) throws(ForkChoiceError) -> Gwei {
        let block = try node(root)
        let parent = try node(block.parentRoot)
        let lastSlot = store.currentSlot > 0 ? store.currentSlot - 1 : 0
        let proposerScore = source.balances.committeeFraction(percent: store.settings.proposerScoreBoost, store.settings)
        let maximumSupport = committeeWeight(source.balances.total, from: parent.slot.addingClamped(1), through: lastSlot)
        let discount = try emptySlotSupportDiscount(block, parent, source)
        let adversarial = try adversarialWeight(block, parent, source, lastSlot)
        let needed = maximumSupport.addingClamped(proposerScore).addingClamped(adversarial.multipliedClamped(by: 2))
        return discount < needed ? (needed - discount) / 2 : 0
    }

    /// `get_adversarial_weight`: what the adversary may at most put behind the block.
    private mutating func adversarialWeight(
        _ block: ProtoNode, _ parent: ProtoNode, _ source: BalanceSource, _ lastSlot: Slot
    ) throws(ForkChoiceError) -> Gwei {
        let epoch = store.settings.epoch(block.slot)
        // From the epoch's first slot on where the block is the first of its epoch
        let start = epoch > store.settings.epoch(parent.slot) ? store.settings.startSlot(epoch) : block.slot
        return try adversarialWeight(source, from: start, through: lastSlot)
    }

    /// `compute_adversarial_weight`.
    mutating func adversarialWeight(
        _ source: BalanceSource, from start: Slot, through end: Slot
    ) throws(ForkChoiceError) -> Gwei {
        let most = committeeWeight(source.balances.total, from: start, through: end) / 100
        let weight = most.multipliedClamped(by: store.settings.confirmationByzantineThreshold)
        let equivocating = try equivocationScore(source, from: start, through: end)
        return weight > equivocating ? weight - equivocating : 0
    }

    /// `get_equivocation_score`: the balance of the equivocating members of a range's committees.
    private mutating func equivocationScore(
        _ source: BalanceSource, from start: Slot, through end: Slot
    ) throws(ForkChoiceError) -> Gwei {
        guard !store.equivocatingIndices.isEmpty, start <= end else { return 0 }
        var score: Gwei = 0
        for index in try participants(from: start, through: end) where store.equivocatingIndices.contains(index) {
            guard let index = Int(exactly: index), index < source.state.state.validators.count else { continue }
            let validator = source.state.state.validators[index]
            if isActiveValidator(validator, source.state.currentEpoch) { score = score.addingClamped(validator.effectiveBalance) }
        }
        return score
    }

    /// `compute_empty_slot_support_discount`: votes for the parent by committees of the empty slots before the block.
    private mutating func emptySlotSupportDiscount(
        _ block: ProtoNode, _ parent: ProtoNode, _ source: BalanceSource
    ) throws(ForkChoiceError) -> Gwei {
        let first = parent.slot.addingClamped(1)
        guard first < block.slot, let position = store.array.position(of: parent.root) else { return 0 }
        var support: Gwei = 0
        for index in try participants(from: first, through: block.slot - 1) where !store.equivocatingIndices.contains(index) {
            guard let index = Int(exactly: index), index < source.balances.voteWeights.count, index < store.latestMessages.count,
                store.latestMessages[index]?.position == position
            else { continue }
            support = support.addingClamped(source.balances.voteWeights[index])
        }
        let adversarial = try adversarialWeight(source, from: first, through: block.slot - 1)
        return support > adversarial ? support - adversarial : 0
    }

    private mutating func participants(from start: Slot, through end: Slot) throws(ForkChoiceError) -> Set<ValidatorIndex> {
        var participants: Set<ValidatorIndex> = []
        for slot in start...end { participants.formUnion(try committee(slot)) }
        return participants
    }

    /// `estimate_committee_weight_between_slots`, both ends included.
    func committeeWeight(_ total: Gwei, from start: Slot, through end: Slot) -> Gwei {
        guard start <= end else { return 0 }
        let settings = store.settings
        let perEpoch = settings.slotsPerEpoch
        // `is_full_validator_set_covered`
        if settings.epoch(start.addingClamped(perEpoch - 1)) < settings.epoch(end.addingClamped(1)) { return total }
        let perSlot = total / perEpoch
        if settings.epoch(start) == settings.epoch(end) { return perSlot * (end - start + 1) }
        // Across an epoch boundary the two shuffles overlap: pro rata
        let slotsInEnd = end % perEpoch + 1
        let startWeight = perSlot * (perEpoch - start % perEpoch) / perEpoch * (perEpoch - slotsInEnd)
        let estimate = startWeight + perSlot * slotsInEnd
        return (estimate + 999) / 1000 * (1000 + Constant.committeeWeightEstimationAdjustmentFactor)
    }
}
