public import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_justification_and_finalization` (altair beacon-chain, Justification and finalization).
    mutating func processJustificationAndFinalization(_ columns: EpochColumns) throws(StateTransitionError) {
        // Initial FFG checkpoint values have a zero stub for `root`: the first two epochs leave it alone
        guard currentEpoch > 1 else { return }
        let minimum = preset.effectiveBalanceIncrement
        let previous = state.previousEpochParticipation
        let current = state.currentEpochParticipation
        try weighJustificationAndFinalization(
            totalActiveBalance: try getTotalActiveBalance(),
            previousEpochTargetBalance: try columns.participatingBalances(previous, .activePrevious, minimum: minimum).target,
            currentEpochTargetBalance: try columns.participatingBalances(current, .activeCurrent, minimum: minimum).target)
    }

    /// `weigh_justification_and_finalization` (phase0 beacon-chain, Justification and finalization).
    private mutating func weighJustificationAndFinalization(
        totalActiveBalance: Gwei, previousEpochTargetBalance: Gwei, currentEpochTargetBalance: Gwei
    ) throws(StateTransitionError) {
        let previousEpoch = previousEpoch
        let currentEpoch = currentEpoch
        let oldPreviousJustified = state.previousJustifiedCheckpoint
        let oldCurrentJustified = state.currentJustifiedCheckpoint

        // Process justifications
        state.previousJustifiedCheckpoint = state.currentJustifiedCheckpoint
        for index in stride(from: state.justificationBits.count - 1, to: 0, by: -1) {
            state.justificationBits[index] = state.justificationBits[index - 1]
        }
        state.justificationBits[0] = false
        if try previousEpochTargetBalance *! 3 >= totalActiveBalance *! 2 {
            state.currentJustifiedCheckpoint = Checkpoint(epoch: previousEpoch, root: try getBlockRoot(previousEpoch))
            state.justificationBits[1] = true
        }
        if try currentEpochTargetBalance *! 3 >= totalActiveBalance *! 2 {
            state.currentJustifiedCheckpoint = Checkpoint(epoch: currentEpoch, root: try getBlockRoot(currentEpoch))
            state.justificationBits[0] = true
        }

        // Process finalizations
        let bits = (0..<4).map { state.justificationBits[$0] }
        // The 2nd/3rd/4th most recent epochs are justified, the 2nd using the 4th as source
        if bits[1] && bits[2] && bits[3] && oldPreviousJustified.epoch +| 3 == currentEpoch {
            state.finalizedCheckpoint = oldPreviousJustified
        }
        // The 2nd/3rd most recent epochs are justified, the 2nd using the 3rd as source
        if bits[1] && bits[2] && oldPreviousJustified.epoch +| 2 == currentEpoch {
            state.finalizedCheckpoint = oldPreviousJustified
        }
        // The 1st/2nd/3rd most recent epochs are justified, the 1st using the 3rd as source
        if bits[0] && bits[1] && bits[2] && oldCurrentJustified.epoch +| 2 == currentEpoch {
            state.finalizedCheckpoint = oldCurrentJustified
        }
        // The 1st/2nd most recent epochs are justified, the 1st using the 2nd as source
        if bits[0] && bits[1] && oldCurrentJustified.epoch +| 1 == currentEpoch {
            state.finalizedCheckpoint = oldCurrentJustified
        }
    }

    /// The checkpoints that the state would have if its epoch ended now: fork choice's unrealised justification
    /// (phase0 fork-choice, `compute_pulled_up_tip`).
    public func unrealizedCheckpoints() throws(StateTransitionError) -> (justified: Checkpoint, finalized: Checkpoint) {
        var copy = self
        try copy.processJustificationAndFinalization()
        return (copy.state.currentJustifiedCheckpoint, copy.state.finalizedCheckpoint)
    }

    /// `get_total_balance` of `get_unslashed_participating_indices` (altair beacon-chain, Beacon state accessors):
    /// for the previous or current epoch, at least one increment.
    package func unslashedParticipatingBalance(
        _ flag: ParticipationFlag, _ epoch: Epoch
    ) throws(StateTransitionError) -> Gwei {
        let isCurrent = epoch == currentEpoch
        var total: Gwei = 0
        for (position, validator) in state.validators.enumerated()
        where !validator.slashed && isActiveValidator(validator, epoch) {
            let flags = isCurrent ? state.currentEpochParticipation[position] : state.previousEpochParticipation[position]
            if flag.isSet(in: flags) { total = try total +! validator.effectiveBalance }
        }
        return max(preset.effectiveBalanceIncrement, total)
    }

    /// Whether a validator is in `get_unslashed_participating_indices(state, flag, previous_epoch)`.
    func isUnslashedPreviousParticipant(_ validator: Validator, _ flags: UInt8, _ flag: ParticipationFlag) -> Bool {
        !validator.slashed && flag.isSet(in: flags) && isActiveValidator(validator, previousEpoch)
    }

    /// Whether a validator is in `get_eligible_validator_indices` (phase0 beacon-chain, Rewards and penalties).
    func isEligible(_ validator: Validator) -> Bool {
        let previousEpoch = previousEpoch
        return isActiveValidator(validator, previousEpoch)
            || (validator.slashed && previousEpoch +| 1 < validator.withdrawableEpoch)
    }
}
