/// What a run over vectors gave.
public struct VectorReport: Sendable, Equatable {
    public var passed = 0
    public var skipped = 0
    /// A line for each failure: the case and what was wrong.
    public var failures: [String] = []

    public init() {}

    public mutating func formUnion(_ other: VectorReport) {
        passed += other.passed
        skipped += other.skipped
        failures += other.failures
    }

    /// The last line that the runners print.
    public var summary: String { "\(passed) passed, \(failures.count) failed, \(skipped) skipped" }
}
