import BeaconTypes
import Primitives
import StateTransition

extension ConfirmationView {
    /// `get_current_target`.
    private func currentTarget() throws(ForkChoiceError) -> Checkpoint {
        let epoch = store.currentEpoch
        guard let root = store.checkpointBlock(of: head, epoch: epoch) else { throw .unknownBlock(head) }
        return Checkpoint(epoch: epoch, root: root)
    }

    /// `will_no_conflicting_checkpoint_be_justified`.
    mutating func willNoConflictingCheckpointBeJustified() throws(ForkChoiceError) -> Bool {
        if try currentTarget() == store.unrealizedJustifiedCheckpoint { return true }
        let total = try pulledUpHead().balances.total
        return try honestFFGSupport().multipliedClamped(by: 3) > total
    }

    /// `will_current_target_be_justified`.
    mutating func willCurrentTargetBeJustified() throws(ForkChoiceError) -> Bool {
        let total = try pulledUpHead().balances.total
        return try honestFFGSupport().multipliedClamped(by: 3) >= total.multipliedClamped(by: 2)
    }

    /// `get_current_target_score`: FFG support of the current target, estimated from LMD-GHOST votes.
    private mutating func currentTargetScore() throws(ForkChoiceError) -> Gwei {
        let target = try currentTarget()
        let weights = try pulledUpHead().balances.voteWeights
        let checkpoints = store.array.ancestors(at: store.settings.startSlot(target.epoch))
        let targetPosition = store.array.position(of: target.root)
        var score: Gwei = 0
        for index in 0..<min(weights.count, store.latestMessages.count) {
            guard let message = store.latestMessages[index], message.epoch == target.epoch, message.position >= 0,
                !store.equivocatingIndices.contains(ValidatorIndex(index)), checkpoints[message.position] == targetPosition
            else { continue }
            score = score.addingClamped(weights[index])
        }
        return score
    }

    /// `compute_honest_ffg_support_for_current_target`.
    private mutating func honestFFGSupport() throws(ForkChoiceError) -> Gwei {
        let source = try pulledUpHead()
        let total = source.balances.total
        let start = store.settings.startSlot(store.currentEpoch)
        var weightTillNow: Gwei = 0
        var adversarial: Gwei = 0
        if store.currentSlot > start {
            weightTillNow = committeeWeight(total, from: start, through: store.currentSlot - 1)
            adversarial = try adversarialWeight(source, from: start, through: store.currentSlot - 1)
        }
        let remaining = total > weightTillNow ? total - weightTillNow : 0
        let threshold = min(100, store.settings.confirmationByzantineThreshold)
        let support = try currentTargetScore()
        return (support > adversarial ? support - adversarial : 0).addingClamped(remaining / 100 * (100 - threshold))
    }
}
