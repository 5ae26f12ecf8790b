/// What came of running vectors: counts for each runner and handler, and what failed.
public struct SpecTestReport: Sendable {
    /// Counts of one runner and handler.
    public struct Count: Sendable, Hashable {
        public var passed = 0
        public var failed = 0
        public var skipped = 0
        /// Made before a rule was changed, and other than that rule now has it.
        public var superseded = 0
    }

    /// A vector that failed, and why.
    public struct Failure: Sendable {
        public let path: String
        public let reason: String
    }

    /// By `runner/handler`.
    public private(set) var counts: [String: Count] = [:]
    public private(set) var failures: [Failure] = []
    /// Reasons for leaving vectors out or taking them as superseded, and how often.
    public private(set) var skipReasons: [String: Int] = [:]

    public init() {}

    public var passed: Int { counts.values.reduce(0) { $0 + $1.passed } }
    public var failed: Int { counts.values.reduce(0) { $0 + $1.failed } }
    public var skipped: Int { counts.values.reduce(0) { $0 + $1.skipped } }
    public var superseded: Int { counts.values.reduce(0) { $0 + $1.superseded } }

    /// Runs `body` and counts what comes of it.
    mutating func record(_ group: String, path: String, _ body: () throws -> Void) {
        do {
            try body()
            counts[group, default: Count()].passed += 1
        } catch let failure as SpecTestFailure where failure.isSkip {
            counts[group, default: Count()].skipped += 1
            skipReasons["\(group): \(failure)", default: 0] += 1
        } catch let failure as SpecTestFailure where failure.isSuperseded {
            counts[group, default: Count()].superseded += 1
            skipReasons["SUPERSEDED \(group): \(failure)", default: 0] += 1
        } catch {
            counts[group, default: Count()].failed += 1
            failures.append(Failure(path: path, reason: "\(error)"))
        }
    }

    /// A table of all counts, then the failures.
    public var summary: String {
        var lines: [String] = []
        for (group, count) in counts.sorted(by: { $0.key < $1.key }) {
            let superseded = count.superseded > 0 ? ", \(count.superseded) SUPERSEDED" : ""
            lines.append("\(group): \(count.passed) passed, \(count.failed) failed, \(count.skipped) skipped\(superseded)")
        }
        let superseded = superseded > 0 ? ", \(superseded) SUPERSEDED" : ""
        lines.append("total: \(passed) passed, \(failed) failed, \(skipped) skipped\(superseded)")
        for (reason, count) in skipReasons.sorted(by: { $0.key < $1.key }) {
            lines.append(reason.hasPrefix("SUPERSEDED") ? "\(count) \(reason)" : "skipped \(count): \(reason)")
        }
        for failure in failures { lines.append("FAILED \(failure.path): \(failure.reason)") }
        return lines.joined(separator: "\n")
    }
}
