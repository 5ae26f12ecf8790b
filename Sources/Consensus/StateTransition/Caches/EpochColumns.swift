import BeaconTypes
import SSZ

/// What is asked of every validator again and again, side by side in memory, so that nothing walks through the registry of
/// 128 bytes a validator.
///
/// It is kept from one epoch to the next. What changed meanwhile is found without being told: a run of the registry that is still the
/// memory that was read has not changed, and each run knows the next epoch in which one of its validators' dates comes up.
struct EpochColumns: Sendable {
    /// `isActive` and so on, of one validator.
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        /// Active in the previous epoch.
        static let activePrevious = Flags(rawValue: 1)
        static let activeCurrent = Flags(rawValue: 2)
        static let slashed = Flags(rawValue: 4)
        /// In `get_eligible_validator_indices`.
        static let eligible = Flags(rawValue: 8)
        /// `process_registry_updates` may have something to do: not activated yet, or to be ejected.
        static let onTheMove = Flags(rawValue: 16)
    }

    /// What a run of the registry holds.
    private struct Run {
        /// All flags of its validators together.
        var flags: Flags = []
        /// The next epoch in which one of the flags changes by itself.
        var changesAt: Epoch = 0
    }

    private(set) var effectiveBalances: [Gwei] = []
    private(set) var flags: [Flags] = []
    private var runs: [Run] = []
    /// The registry that was read: its memory cannot be used for another while this copy is kept.
    private var registry: SSZList<Validator> = []
    private var epoch: Epoch = 0

    init() {}

    init(_ state: CachedBeaconState) { update(state) }

    /// Reads again what is not as it was, for the state's epoch.
    mutating func update(_ state: CachedBeaconState) {
        let validators = state.state.validators
        let current = state.currentEpoch
        guard current != epoch || !validators.isSame(as: registry) else { return }
        // Neither happens to a state that only moves on.
        if current < epoch || validators.count < flags.count { self = EpochColumns() }
        let missing = validators.count - flags.count
        let size = SSZList<Validator>.runCapacity
        // Even appending nothing would copy columns that are shared with another state.
        if missing > 0 {
            effectiveBalances.append(contentsOf: repeatElement(0, count: missing))
            flags.append(contentsOf: repeatElement([], count: missing))
            runs.append(contentsOf: repeatElement(Run(), count: (validators.count + size - 1) / size - runs.count))
        }
        let reader = Reader(previous: state.previousEpoch, current: current, ejectionBalance: state.config.ejectionBalance)
        validators.forEachRun(comparedWith: registry) { start, validators, isShared in
            guard !isShared || runs[start / size].changesAt <= current else { return }
            runs[start / size] = read(validators, at: start, reader)
        }
        registry = validators
        epoch = current
    }

    private mutating func read(_ validators: UnsafeBufferPointer<Validator>, at start: Int, _ reader: Reader) -> Run {
        var run = Run(flags: [], changesAt: .max)
        for offset in validators.indices {
            let read = reader.read(validators, offset)
            if flags[start + offset] != read.flags { flags[start + offset] = read.flags }
            if effectiveBalances[start + offset] != read.effectiveBalance {
                effectiveBalances[start + offset] = read.effectiveBalance
            }
            run.flags.formUnion(read.flags)
            run.changesAt = min(run.changesAt, read.changesAt)
        }
        return run
    }

    /// Calls `body` with the position of each validator that has `wanted`.
    func forEach(
        with wanted: Flags, _ body: (_ position: Int) throws(StateTransitionError) -> Void
    ) throws(StateTransitionError) {
        let size = SSZList<Validator>.runCapacity
        for run in runs.indices where runs[run].flags.contains(wanted) {
            for position in (run * size)..<min(run * size + size, flags.count) where flags[position].contains(wanted) {
                try body(position)
            }
        }
    }
}

extension EpochColumns {
    /// Reads one validator.
    private struct Reader {
        let previous: Epoch
        let current: Epoch
        let ejectionBalance: Gwei

        @inline(__always)
        func read(
            _ validators: UnsafeBufferPointer<Validator>, _ offset: Int
        ) -> (flags: Flags, effectiveBalance: Gwei, changesAt: Epoch) {
            // Field by field: copying a whole validator costs more than all that is asked of it.
            let activation = validators[offset].activationEpoch
            let exit = validators[offset].exitEpoch
            let effectiveBalance = validators[offset].effectiveBalance
            var flags: Flags = []
            if activation <= previous && previous < exit { flags.formUnion([.activePrevious, .eligible]) }
            if activation <= current && current < exit { flags.formUnion(.activeCurrent) }
            var changesAt = min(next(activation), next(activation +| 1), next(exit), next(exit +| 1))
            if validators[offset].slashed {
                let withdrawable = validators[offset].withdrawableEpoch
                flags.formUnion(.slashed)
                if previous +| 1 < withdrawable { flags.formUnion(.eligible) }
                changesAt = min(changesAt, next(withdrawable))
            }
            let isEjected = effectiveBalance <= ejectionBalance && exit == Constant.farFutureEpoch
            if isEjected || activation == Constant.farFutureEpoch
                || validators[offset].activationEligibilityEpoch == Constant.farFutureEpoch
            {
                flags.formUnion(.onTheMove)
            }
            return (flags, effectiveBalance, changesAt)
        }

        /// The date where it is still to come.
        @inline(__always)
        private func next(_ date: Epoch) -> Epoch { date > current ? date : .max }
    }
}
