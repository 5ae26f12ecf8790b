/// Attempts at one thing, and how long is waited before each: not at all before the second, then a time that doubles.
struct Retries: Sendable {
    let limit: Int
    private var failures = 0

    init(limit: Int) { self.limit = limit }

    /// The wait before the next attempt.
    ///
    /// - Throws: `failed` where there were enough; whatever nobody else would do better.
    mutating func next(after error: any Error, _ blocks: Range<Int>) throws -> Duration {
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        if let own = error as? PetalsError {
            switch own {
            case .badInput, .tooLong, .sessionOver, .unknown: throw own
            case .unserved, .failed, .badAnswer: break
            }
        }
        failures += 1
        guard failures < limit else {
            if case PetalsError.unserved? = error as? PetalsError { throw error }
            throw PetalsError.failed(blocks: blocks, attempts: failures, last: "\(error)")
        }
        return failures == 1 ? .zero : .seconds(min(1 << (failures - 2), 60))
    }

    mutating func reset() { failures = 0 }
}
