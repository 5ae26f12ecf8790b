import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_inactivity_updates` (altair beacon-chain, Inactivity scores).
    package mutating func processInactivityUpdates() throws(StateTransitionError) {
        // Scores follow the previous epoch's participation, and the genesis epoch has none
        guard currentEpoch != 0 else { return }
        let isInLeak = try isInInactivityLeak()
        for position in 0..<state.validators.count {
            let validator = state.validators[position]
            guard isEligible(validator) else { continue }
            let old = state.inactivityScores[position]
            // Increase the inactivity score of inactive validators
            var score: UInt64
            if isUnslashedPreviousParticipant(validator, state.previousEpochParticipation[position], .timelyTarget) {
                score = old.saturatingSubtracting(1)
            } else {
                score = try old +! config.inactivityScoreBias
            }
            // Decrease the inactivity score of all eligible validators during a leak-free epoch
            if !isInLeak { score = score.saturatingSubtracting(config.inactivityScoreRecoveryRate) }
            if score != old { state.inactivityScores[position] = score }
        }
    }
}
