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
    mutating func processRewardsAndPenalties(_ columns: EpochColumns) throws(StateTransitionError) {
        // Rewards are for work done in the previous epoch, and the genesis epoch has none
        guard currentEpoch != 0 else { return }
        let participation = state.previousEpochParticipation.array
        let scores = state.inactivityScores.array
        var balances = state.balances.array
        var rates = try FlagRates(self, columns, participation)
        let denominator = try config.inactivityScoreBias *! preset.inactivityPenaltyQuotientBellatrix
        for position in columns.flags.indices where columns.flags[position].contains(.eligible) {
            let flags = columns.flags[position]
            let counting = flags.isDisjoint(with: .slashed) && flags.contains(.activePrevious) ? participation[position] & 7 : 0
            let rate = try rates[columns.effectiveBalances[position]]
            var balance = balances[position]
            if counting == 7 {
                balance = try balance +! rate.all
            } else {
                for flag in ParticipationFlag.allCases {
                    let index = Int(flag.rawValue)
                    if flag.isSet(in: counting) {
                        balance = try balance +! rate.rewards[index]
                    } else {
                        balance = balance.saturatingSubtracting(rate.penalties[index])
                    }
                }
            }
            if !ParticipationFlag.timelyTarget.isSet(in: counting) {
                balance = balance.saturatingSubtracting(
                    try columns.effectiveBalances[position] *! scores[position] /! denominator)
            }
            balances[position] = balance
        }
        state.balances.assign(balances)
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
