import BeaconTypes
import SSZ

/// What an epoch's end asks of every validator again and again, side by side in memory: one walk through the registry, of 128
/// bytes a validator, instead of one a step.
///
/// It holds until the registry changes, so through justification, inactivity, rewards and penalties.
struct EpochColumns {
    /// `isActive` and so on, of one validator.
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// Active in the previous epoch.
        static let activePrevious = Flags(rawValue: 1)
        static let activeCurrent = Flags(rawValue: 2)
        static let slashed = Flags(rawValue: 4)
        /// In `get_eligible_validator_indices`.
        static let eligible = Flags(rawValue: 8)
        /// `process_registry_updates` may have something to do: not activated yet, or at the ejection balance.
        static let onTheMove = Flags(rawValue: 16)
    }

    private(set) var effectiveBalances: [Gwei] = []
    private(set) var flags: [Flags] = []
    private(set) var hasSlashed = false

    init(_ state: CachedBeaconState) {
        let previous = state.previousEpoch
        let current = state.currentEpoch
        let ejectionBalance = state.config.ejectionBalance
        let count = state.state.validators.count
        effectiveBalances.reserveCapacity(count)
        flags.reserveCapacity(count)
        state.state.validators.forEachRun { _, run in
            for position in run.indices {
                // Fields by fields: copying a whole validator costs more than all that is asked of it.
                let exit = run[position].exitEpoch
                let activation = run[position].activationEpoch
                let isSlashed = run[position].slashed
                var flags: Flags = []
                if activation <= previous && previous < exit { flags.formUnion([.activePrevious, .eligible]) }
                if activation <= current && current < exit { flags.formUnion(.activeCurrent) }
                if isSlashed {
                    flags.formUnion(.slashed)
                    hasSlashed = true
                    if previous +| 1 < run[position].withdrawableEpoch { flags.formUnion(.eligible) }
                }
                let effectiveBalance = run[position].effectiveBalance
                if activation == Constant.farFutureEpoch || effectiveBalance <= ejectionBalance
                    || run[position].activationEligibilityEpoch == Constant.farFutureEpoch
                {
                    flags.formUnion(.onTheMove)
                }
                effectiveBalances.append(effectiveBalance)
                self.flags.append(flags)
            }
        }
    }

    /// `get_total_balance` of the validators that are active in the current epoch, at least `minimum`.
    func totalActiveBalance(minimum: Gwei) throws(StateTransitionError) -> Gwei {
        var total: Gwei = 0
        for position in flags.indices where flags[position].contains(.activeCurrent) {
            total = try total +! effectiveBalances[position]
        }
        return max(minimum, total)
    }

    /// The effective balance behind each participation flag, of those whose flags of the previous epoch (or of the current one)
    /// count; not below `minimum`.
    func participatingBalances(
        _ participation: [ParticipationFlags], _ active: Flags, minimum: Gwei
    ) throws(StateTransitionError) -> (source: Gwei, target: Gwei, head: Gwei) {
        // By the eight sets of flags that a validator can have.
        var sums = InlineArray<8, Gwei>(repeating: 0)
        for position in flags.indices where flags[position].isDisjoint(with: .slashed) && flags[position].contains(active) {
            let set = Int(participation[position] & 7)
            sums[set] = try sums[set] +! effectiveBalances[position]
        }
        var result: (source: Gwei, target: Gwei, head: Gwei) = (0, 0, 0)
        for set in 0..<8 {
            if set & 1 != 0 { result.source = try result.source +! sums[set] }
            if set & 2 != 0 { result.target = try result.target +! sums[set] }
            if set & 4 != 0 { result.head = try result.head +! sums[set] }
        }
        return (max(minimum, result.source), max(minimum, result.target), max(minimum, result.head))
    }
}
