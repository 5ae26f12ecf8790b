package import BeaconTypes
import SSZ

/// Rewards and penalties in Gwei, one entry for each validator.
package struct Deltas: Sendable {
    package var rewards: [Gwei]
    package var penalties: [Gwei]

    init(count: Int) {
        rewards = [Gwei](repeating: 0, count: count)
        penalties = [Gwei](repeating: 0, count: count)
    }
}

extension CachedBeaconState {
    /// `process_rewards_and_penalties` (altair beacon-chain, Rewards and penalties).
    package mutating func processRewardsAndPenalties() throws(StateTransitionError) {
        // Rewards are for work done in the previous epoch, and the genesis epoch has none
        guard currentEpoch != 0 else { return }
        var all: [Deltas] = []
        for flag in ParticipationFlag.allCases { all.append(try getFlagIndexDeltas(flag)) }
        all.append(try getInactivityPenaltyDeltas())
        for position in 0..<state.validators.count {
            let old = state.balances[position]
            var balance = old
            for deltas in all {
                balance = try (balance +! deltas.rewards[position]).saturatingSubtracting(deltas.penalties[position])
            }
            if balance != old { state.balances[position] = balance }
        }
    }

    /// `get_flag_index_deltas` (altair beacon-chain, Beacon state accessors).
    package func getFlagIndexDeltas(_ flag: ParticipationFlag) throws(StateTransitionError) -> Deltas {
        var deltas = Deltas(count: state.validators.count)
        let increment = preset.effectiveBalanceIncrement
        let participatingIncrements = try unslashedParticipatingBalance(flag, previousEpoch) / increment
        let activeIncrements = try getTotalActiveBalance() / increment
        let perIncrement = try getBaseRewardPerIncrement()
        let isInLeak = try isInInactivityLeak()
        for (position, validator) in state.validators.enumerated() where isEligible(validator) {
            let weighted =
                try baseReward(effectiveBalance: validator.effectiveBalance, perIncrement: perIncrement) *! flag.weight
            if isUnslashedPreviousParticipant(validator, state.previousEpochParticipation[position], flag) {
                if !isInLeak {
                    deltas.rewards[position] =
                        try weighted *! participatingIncrements /! (activeIncrements *! Constant.weightDenominator)
                }
            } else if flag != .timelyHead {
                deltas.penalties[position] = weighted / Constant.weightDenominator
            }
        }
        return deltas
    }

    /// `get_inactivity_penalty_deltas` (bellatrix beacon-chain, Beacon state accessors).
    package func getInactivityPenaltyDeltas() throws(StateTransitionError) -> Deltas {
        var deltas = Deltas(count: state.validators.count)
        let denominator = try config.inactivityScoreBias *! preset.inactivityPenaltyQuotientBellatrix
        for (position, validator) in state.validators.enumerated() where isEligible(validator) {
            if isUnslashedPreviousParticipant(validator, state.previousEpochParticipation[position], .timelyTarget) { continue }
            deltas.penalties[position] =
                try validator.effectiveBalance *! state.inactivityScores[position] /! denominator
        }
        return deltas
    }
}
