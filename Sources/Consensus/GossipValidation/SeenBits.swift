import SSZ

/// The participants of the aggregates seen for one subject, without those that a later one covers.
struct SeenBits: Sendable {
    /// Aggregates remembered for one subject. Each was valid, so a flood of them is a committee flooding itself.
    static let limit = 64

    private var sets: [[Bool]] = []

    var count: Int { sets.count }

    /// `is_non_strict_superset` (altair p2p-interface): whether an aggregate with all these participants was seen.
    func covers(_ bits: some Collection<Bool>) -> Bool {
        sets.contains { seen in seen.count == bits.count && zip(seen, bits).allSatisfy { $0 || !$1 } }
    }

    mutating func insert(_ bits: some Collection<Bool>) {
        sets.removeAll { seen in seen.count == bits.count && zip(seen, bits).allSatisfy { !$0 || $1 } }
        if sets.count >= Self.limit { sets.removeFirst() }
        sets.append(Array(bits))
    }
}
