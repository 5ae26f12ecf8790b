import BeaconTypes
import SSZ

/// What rewards and penalties found on their way about balances and effective balances.
struct UnsettledBalances {
    /// The positions of balances that had left the band around the effective balance.
    let outOfBand: [Int]
    /// All balances at that time.
    let balances: SSZList<Gwei>
}

extension CachedBeaconState {
    /// `process_effective_balance_updates` (electra beacon-chain, Effective balances updates): with hysteresis.
    ///
    /// - Parameters:
    ///   - columns: the registry's since the epoch's end began; validators may have come to its end.
    ///   - unsettled: which balances need no look unless they changed since; `nil` to look at all.
    mutating func processEffectiveBalanceUpdates(
        _ columns: EpochColumns, _ unsettled: UnsettledBalances?
    ) throws(StateTransitionError) {
        let count = state.validators.count
        try require(state.balances.count == count, .inconsistentState, "\(state.balances.count) balances of \(count) validators")
        let rule = EffectiveBalanceRule(preset)
        for position in unsettled?.outOfBand ?? [] { try updateEffectiveBalance(position, state.balances[position], columns, rule) }
        let balances = state.balances
        try balances.forEachRun(comparedWith: unsettled?.balances ?? []) { (start, run, isSettled) throws(StateTransitionError) in
            guard !isSettled else { return }
            for offset in run.indices { try updateEffectiveBalance(start + offset, run[offset], columns, rule) }
        }
    }

    private mutating func updateEffectiveBalance(
        _ position: Int, _ balance: Gwei, _ columns: EpochColumns, _ rule: EffectiveBalanceRule
    ) throws(StateTransitionError) {
        let effectiveBalance =
            position < columns.effectiveBalances.count
            ? columns.effectiveBalances[position] : state.validators[position].effectiveBalance
        guard try rule.isOutOfBounds(effectiveBalance, balance: balance) else { return }
        let update = rule.update(state.validators[position], balance: balance)
        if update != effectiveBalance { state.validators[position].effectiveBalance = update }
    }
}

/// When the effective balance follows the balance, and to where.
struct EffectiveBalanceRule {
    /// The balances between which an effective balance stays.
    struct Band {
        var lowest: Gwei = 0
        var highest: Gwei = 0
    }

    private let increment: Gwei
    private let downwardThreshold: Gwei
    private let upwardThreshold: Gwei
    private let maximum: Gwei
    private let maximumCompounding: Gwei

    init(_ preset: Preset) {
        increment = preset.effectiveBalanceIncrement
        let hysteresisIncrement = increment / preset.hysteresisQuotient
        downwardThreshold = hysteresisIncrement * preset.hysteresisDownwardMultiplier
        upwardThreshold = hysteresisIncrement * preset.hysteresisUpwardMultiplier
        maximum = preset.minActivationBalance
        maximumCompounding = preset.maxEffectiveBalanceElectra
    }

    /// Whether the balance has left the band around the effective balance.
    @inline(__always)
    func isOutOfBounds(_ effectiveBalance: Gwei, balance: Gwei) throws(StateTransitionError) -> Bool {
        let isTooHigh = try balance +! downwardThreshold < effectiveBalance
        let isTooLow = try effectiveBalance +! upwardThreshold < balance
        return isTooHigh || isTooLow
    }

    /// Outside it `isOutOfBounds` is to be asked, which fails for a balance that is too large for the rule.
    func band(around effectiveBalance: Gwei) throws(StateTransitionError) -> Band {
        let highest = try effectiveBalance +! upwardThreshold
        return Band(
            lowest: effectiveBalance.saturatingSubtracting(downwardThreshold), highest: min(highest, .max - downwardThreshold))
    }

    /// The effective balance of a validator whose balance has left the band.
    func update(_ validator: Validator, balance: Gwei) -> Gwei {
        min(balance - balance % increment, validator.hasCompoundingWithdrawalCredential ? maximumCompounding : maximum)
    }
}
