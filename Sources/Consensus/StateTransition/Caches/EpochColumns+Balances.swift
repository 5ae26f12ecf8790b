import BeaconTypes
import SSZ

extension EpochColumns {
    /// `get_total_balance` of the validators that are active in the current epoch, at least `minimum`.
    func totalActiveBalance(minimum: Gwei) throws(StateTransitionError) -> Gwei {
        var total: Gwei = 0
        var overflows = false
        for position in flags.indices where flags[position].contains(.activeCurrent) {
            let sum = total.addingReportingOverflow(effectiveBalances[position])
            total = sum.partialValue
            overflows = overflows || sum.overflow
        }
        try require(!overflows, .arithmetic, "the total active balance overflows")
        return max(minimum, total)
    }

    /// The effective balance behind each participation flag, of those whose flags of the previous epoch (or of the current one)
    /// count; not below `minimum`.
    func participatingBalances(
        _ participation: SSZList<ParticipationFlags>, _ active: Flags, minimum: Gwei
    ) throws(StateTransitionError) -> (source: Gwei, target: Gwei, head: Gwei) {
        try require(participation.count == flags.count, .inconsistentState, "\(participation.count) participation flags")
        // By the eight sets of flags that a validator can have.
        var sums = InlineArray<8, Gwei>(repeating: 0)
        var overflows = false
        let mask = Flags.slashed.union(active)
        withRows { balances, flags in
            participation.forEachRun { start, run in
                for offset in run.indices where flags[start + offset].intersection(mask) == active {
                    let set = Int(run[offset] & 7)
                    let sum = sums[set].addingReportingOverflow(balances[start + offset])
                    sums[set] = sum.partialValue
                    overflows = overflows || sum.overflow
                }
            }
        }
        try require(!overflows, .arithmetic, "the participating balance overflows")
        var result: (source: Gwei, target: Gwei, head: Gwei) = (0, 0, 0)
        for set in 0..<8 {
            if set & 1 != 0 { result.source = try result.source +! sums[set] }
            if set & 2 != 0 { result.target = try result.target +! sums[set] }
            if set & 4 != 0 { result.head = try result.head +! sums[set] }
        }
        return (max(minimum, result.source), max(minimum, result.target), max(minimum, result.head))
    }

    /// Lends both columns without their bounds checks.
    func withRows<Result, E: Error>(
        _ body: (_ effectiveBalances: UnsafeBufferPointer<Gwei>, _ flags: UnsafeBufferPointer<Flags>) throws(E) -> Result
    ) throws(E) -> Result {
        try effectiveBalances.withUnsafeBufferPointer { (balances) throws(E) in
            try flags.withUnsafeBufferPointer { (flags) throws(E) in try body(balances, flags) }
        }
    }
}
