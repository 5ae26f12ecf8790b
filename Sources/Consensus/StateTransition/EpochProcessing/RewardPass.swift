import BeaconTypes

/// Rewards and penalties of one validator after the other, and which balances then ask for another effective balance.
struct RewardPass {
    private var rates: FlagRates
    private let rule: EffectiveBalanceRule
    /// Inactivity scores, unless all are zero.
    private let scores: [UInt64]?
    private let scoreDenominator: Gwei
    private var rate = FlagRates.Rate()
    private var band = EffectiveBalanceRule.Band()
    /// Of which effective balance `rate` and `band` are.
    private var rateBalance: Gwei?
    private var bandBalance: Gwei?
    /// Positions, ascending.
    private(set) var outOfBand: [Int] = []

    init(rates: FlagRates, rule: EffectiveBalanceRule, scores: [UInt64]?, scoreDenominator: Gwei) {
        self.rates = rates
        self.rule = rule
        self.scores = scores
        self.scoreDenominator = scoreDenominator
    }

    /// Writes the new balances of the validators from `start` on.
    mutating func run(
        _ start: Int, _ old: UnsafeBufferPointer<Gwei>, _ new: UnsafeMutableBufferPointer<Gwei>,
        _ effectiveBalances: UnsafeBufferPointer<Gwei>, _ flags: UnsafeBufferPointer<EpochColumns.Flags>,
        _ participation: UnsafeBufferPointer<ParticipationFlags>
    ) throws(StateTransitionError) {
        let counting: EpochColumns.Flags = [.slashed, .activePrevious]
        for offset in old.indices {
            let position = start + offset
            let effectiveBalance = effectiveBalances[position]
            let own = flags[position]
            var balance = old[offset]
            if own.contains(.eligible) {
                if rateBalance != effectiveBalance { try changeRate(to: effectiveBalance) }
                let set = own.intersection(counting) == .activePrevious ? participation[position] & 7 : 0
                let gained = balance.addingReportingOverflow(rate.gains[Int(set)])
                let loss = rate.losses[Int(set)]
                if gained.overflow || balance < loss {
                    balance = try stepByStep(balance, set)
                } else {
                    balance = gained.partialValue - loss
                }
                if let scores, !ParticipationFlag.timelyTarget.isSet(in: set) {
                    balance = balance.saturatingSubtracting(
                        try effectiveBalance *! scores[position] /! scoreDenominator)
                }
            }
            new[offset] = balance
            if bandBalance != effectiveBalance { try changeBand(to: effectiveBalance) }
            if balance < band.lowest || balance > band.highest { outOfBand.append(position) }
        }
    }

    /// The flags' rewards and penalties in their order, none of which goes below zero.
    private func stepByStep(_ balance: Gwei, _ set: ParticipationFlags) throws(StateTransitionError) -> Gwei {
        var balance = balance
        for flag in ParticipationFlag.allCases {
            let index = Int(flag.rawValue)
            if flag.isSet(in: set) {
                balance = try balance +! rate.rewards[index]
            } else {
                balance = balance.saturatingSubtracting(rate.penalties[index])
            }
        }
        return balance
    }

    private mutating func changeRate(to effectiveBalance: Gwei) throws(StateTransitionError) {
        rate = try rates[effectiveBalance]
        rateBalance = effectiveBalance
    }

    private mutating func changeBand(to effectiveBalance: Gwei) throws(StateTransitionError) {
        band = try rule.band(around: effectiveBalance)
        bandBalance = effectiveBalance
    }
}
