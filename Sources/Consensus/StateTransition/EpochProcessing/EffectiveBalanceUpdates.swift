import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_effective_balance_updates` (electra beacon-chain, Effective balances updates): with hysteresis.
    ///
    /// - Parameter columns: the registry's since the epoch's end began; validators may have come to its end.
    mutating func processEffectiveBalanceUpdates(_ columns: EpochColumns) throws(StateTransitionError) {
        let rule = EffectiveBalanceRule(preset)
        for (position, balance) in state.balances.array.enumerated() {
            let effectiveBalance =
                position < columns.effectiveBalances.count
                ? columns.effectiveBalances[position] : state.validators[position].effectiveBalance
            guard try rule.isOutOfBounds(effectiveBalance, balance: balance) else { continue }
            let update = rule.update(state.validators[position], balance: balance)
            if update != effectiveBalance { state.validators[position].effectiveBalance = update }
        }
    }
}

/// When the effective balance follows the balance, and to where.
struct EffectiveBalanceRule {
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

    /// The effective balance of a validator whose balance has left the band.
    func update(_ validator: Validator, balance: Gwei) -> Gwei {
        min(balance - balance % increment, validator.hasCompoundingWithdrawalCredential ? maximumCompounding : maximum)
    }
}
