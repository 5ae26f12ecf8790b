import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_inactivity_updates` (altair beacon-chain, Inactivity scores).
    mutating func processInactivityUpdates(_ columns: EpochColumns) throws(StateTransitionError) {
        // Scores follow the previous epoch's participation, and the genesis epoch has none
        guard currentEpoch != 0 else { return }
        let isInLeak = try isInInactivityLeak()
        let bias = config.inactivityScoreBias
        let recovery = isInLeak ? 0 : config.inactivityScoreRecoveryRate
        // What is at zero stays there where nothing is added that is not taken off again.
        if bias <= recovery && areScoresZero { return }
        let participation = state.previousEpochParticipation.array
        var scores = state.inactivityScores.array
        var hasChanged = false
        for position in columns.flags.indices where columns.flags[position].contains(.eligible) {
            let flags = columns.flags[position]
            let old = scores[position]
            // Increase the inactivity score of inactive validators
            var score: UInt64
            if flags.isDisjoint(with: .slashed), ParticipationFlag.timelyTarget.isSet(in: participation[position]),
                flags.contains(.activePrevious)
            {
                score = old.saturatingSubtracting(1)
            } else {
                score = try old +! bias
            }
            // Decrease the inactivity score of all eligible validators during a leak-free epoch
            score = score.saturatingSubtracting(recovery)
            if score != old {
                scores[position] = score
                hasChanged = true
            }
        }
        if hasChanged { state.inactivityScores.assign(scores) }
    }

    /// Whether nobody has an inactivity score.
    var areScoresZero: Bool {
        var union: UInt64 = 0
        state.inactivityScores.forEachRun { _, scores in for score in scores { union |= score } }
        return union == 0
    }
}
