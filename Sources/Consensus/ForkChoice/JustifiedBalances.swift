public import BeaconTypes
import SSZ
public import StateTransition

/// What a checkpoint state says about the weight of votes.
public struct JustifiedBalances: Sendable, Hashable {
    /// Effective balances in Gwei by validator index.
    public let effectiveBalances: [Gwei]
    /// The same, zero where the validator is inactive or slashed and its vote has no weight.
    public let voteWeights: [Gwei]
    /// `get_total_active_balance`: slashed validators count in it until they have left.
    public let total: Gwei

    public init(effectiveBalances: [Gwei], voteWeights: [Gwei], total: Gwei) {
        self.effectiveBalances = effectiveBalances
        self.voteWeights = voteWeights
        self.total = total
    }

    /// Where nobody is slashed, the total is the sum of all weights, at least one increment.
    public init(effectiveBalances: [Gwei], voteWeights: [Gwei], minimumTotal: Gwei) {
        self.init(
            effectiveBalances: effectiveBalances, voteWeights: voteWeights, total: max(minimumTotal, voteWeights.reduce(0, &+)))
    }

    /// Reads the balances off a checkpoint's state, that is its block's state moved to the start of its epoch.
    public init(_ checkpointState: CachedBeaconState) {
        let state = checkpointState.state
        let epoch = checkpointState.currentEpoch
        var effectiveBalances: [Gwei] = []
        var voteWeights: [Gwei] = []
        effectiveBalances.reserveCapacity(state.validators.count)
        voteWeights.reserveCapacity(state.validators.count)
        var total: Gwei = 0
        for validator in state.validators {
            effectiveBalances.append(validator.effectiveBalance)
            let isActive = isActiveValidator(validator, epoch)
            voteWeights.append(isActive && !validator.slashed ? validator.effectiveBalance : 0)
            if isActive { total &+= validator.effectiveBalance }
        }
        self.init(
            effectiveBalances: effectiveBalances, voteWeights: voteWeights,
            total: max(checkpointState.spec.preset.effectiveBalanceIncrement, total))
    }

    /// `calculate_committee_fraction` (phase0 fork-choice): `percent` of the weight of one slot's committee. Slashed validators
    /// do not count.
    func committeeFraction(percent: UInt64, _ settings: ForkChoiceSettings) -> Gwei {
        let unslashed = max(settings.effectiveBalanceIncrement, voteWeights.reduce(0, &+))
        let (product, overflow) = (unslashed / settings.slotsPerEpoch).multipliedReportingOverflow(by: percent)
        return overflow ? .max : product / 100
    }
}
