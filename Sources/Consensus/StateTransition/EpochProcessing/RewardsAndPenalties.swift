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
    /// `process_rewards_and_penalties` (altair beacon-chain, Rewards and penalties). In passing it finds the balances that have
    /// left the band around the effective balance; `nil` where there is nothing to do.
    mutating func processRewardsAndPenalties(_ columns: EpochColumns) throws(StateTransitionError) -> UnsettledBalances? {
        // Rewards are for work done in the previous epoch, and the genesis epoch has none
        guard currentEpoch != 0 else { return nil }
        let count = columns.flags.count
        try require(state.balances.count == count, .inconsistentState, "\(state.balances.count) balances of \(count) validators")
        let participation = state.previousEpochParticipation.array
        var pass = RewardPass(
            rates: try FlagRates(self, columns), rule: EffectiveBalanceRule(preset),
            scores: areScoresZero ? nil : state.inactivityScores.array,
            scoreDenominator: try config.inactivityScoreBias *! preset.inactivityPenaltyQuotientBellatrix)
        try columns.withRows { (effectiveBalances, flags) throws(StateTransitionError) in
            try participation.withUnsafeBufferPointer { (participation) throws(StateTransitionError) in
                try state.balances.rewriteRuns { (start, old, new) throws(StateTransitionError) in
                    try pass.run(start, old, new, effectiveBalances, flags, participation)
                }
            }
        }
        return UnsettledBalances(outOfBand: pass.outOfBand, balances: state.balances)
    }

    /// The slow twin of `processRewardsAndPenalties`: list by list, as the specification has it.
    package mutating func processRewardsAndPenaltiesByDeltas() throws(StateTransitionError) {
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
