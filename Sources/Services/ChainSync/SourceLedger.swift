/// What sources cost of late. One that costs too much is not asked for a while, then again: each time the while doubles.
///
/// Only what is said in answer to this node's own questions counts, and no answer at all only where the source is there and
/// silent: one that is gone or starts anew is asked again at once.
struct SourceLedger: Sendable {
    static let firstBench = 30.0
    static let longestBench = 1800.0
    static let maximumSources = 1024

    private struct Entry: Sendable {
        var cost = 0
        var benchedUntil = 0.0
        var benches = 0
    }

    private var entries: [String: Entry] = [:]

    /// Counts a fault.
    ///
    /// - Returns: whether the source is not asked from now on.
    mutating func charge(_ source: String, _ fault: SourceFault, now: Double) -> Bool {
        guard fault != .failed, entries[source] != nil || entries.count < Self.maximumSources else { return false }
        entries[source, default: Entry()].cost += fault.cost
        guard entries[source]?.cost ?? 0 >= SourceScore.start else { return false }
        let benches = entries[source]?.benches ?? 0
        entries[source] = Entry(
            benchedUntil: now + min(Self.longestBench, Self.firstBench * Double(UInt64(1) << UInt64(min(benches, 10)))),
            benches: benches + 1)
        return true
    }

    /// Lets time heal: a little of each cost is forgotten, and who cost nothing for long is not remembered.
    mutating func forgive(now: Double) {
        for (source, entry) in entries {
            entries[source]?.cost = max(0, entry.cost - 1)
            if entry.cost == 0, now > entry.benchedUntil + Self.longestBench { entries[source] = nil }
        }
    }

    func benched(now: Double) -> Set<String> { Set(entries.filter { $0.value.benchedUntil > now }.keys) }
}
