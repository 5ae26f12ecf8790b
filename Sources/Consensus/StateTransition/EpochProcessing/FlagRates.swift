import BeaconTypes

/// What the participation flags of the previous epoch are worth to a validator, by its effective balance alone: all but a few
/// validators share a handful of effective balances.
struct FlagRates {
    struct Rate {
        /// Gwei by flag.
        var rewards = InlineArray<3, Gwei>(repeating: 0)
        var penalties = InlineArray<3, Gwei>(repeating: 0)
        /// All that is added, and all that is taken off, by the set of flags.
        var gains = InlineArray<8, Gwei>(repeating: 0)
        var losses = InlineArray<8, Gwei>(repeating: 0)
    }

    private let perIncrement: Gwei
    private let increment: Gwei
    /// Increments behind each flag.
    private let participating: InlineArray<3, UInt64>
    private let denominator: UInt64
    private let isInLeak: Bool
    private var known: [Gwei: Rate] = [:]
    private var last: (effectiveBalance: Gwei, rate: Rate)?

    init(
        _ state: CachedBeaconState, _ columns: EpochColumns
    ) throws(StateTransitionError) {
        increment = state.preset.effectiveBalanceIncrement
        let balances = try columns.participatingBalances(
            state.state.previousEpochParticipation, .activePrevious, minimum: increment)
        participating = [balances.source / increment, balances.target / increment, balances.head / increment]
        denominator = try (state.getTotalActiveBalance() / increment) *! Constant.weightDenominator
        perIncrement = try state.getBaseRewardPerIncrement()
        isInLeak = try state.isInInactivityLeak()
    }

    /// The rate of this effective balance.
    subscript(effectiveBalance: Gwei) -> Rate {
        mutating get throws(StateTransitionError) {
            if let last, last.effectiveBalance == effectiveBalance { return last.rate }
            let rate: Rate
            if let found = known[effectiveBalance] {
                rate = found
            } else {
                rate = try computed(effectiveBalance)
                known[effectiveBalance] = rate
            }
            last = (effectiveBalance, rate)
            return rate
        }
    }

    /// `get_flag_index_deltas` (altair beacon-chain, Beacon state accessors) of a validator with this effective balance.
    private func computed(_ effectiveBalance: Gwei) throws(StateTransitionError) -> Rate {
        var rate = Rate()
        let baseReward = try effectiveBalance / increment *! perIncrement
        for flag in ParticipationFlag.allCases {
            let index = Int(flag.rawValue)
            let weighted = try baseReward *! flag.weight
            if !isInLeak { rate.rewards[index] = try weighted *! participating[index] /! denominator }
            if flag != .timelyHead { rate.penalties[index] = weighted / Constant.weightDenominator }
            for set in 0..<8 {
                if flag.isSet(in: UInt8(set)) {
                    rate.gains[set] = try rate.gains[set] +! rate.rewards[index]
                } else {
                    rate.losses[set] = try rate.losses[set] +! rate.penalties[index]
                }
            }
        }
        return rate
    }
}
