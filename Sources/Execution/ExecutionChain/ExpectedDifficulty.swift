import EngineTypes
public import Primitives

/// No seal is ever easier than this many expected Ethash evaluations (`MIN_DIFFICULTY`).
public let minimumDifficulty = UInt256(PolChain.minimumDifficulty)

/// The difficulty that this chain demands of a block, by the rule that the consensus layer checks too.
///
/// With no slot missed since the parent it grows by a 512th, at least 1; each missed slot takes a 16th away, down to
/// `minimumDifficulty`.
///
/// - Parameters:
///   - parentTimestamp, timestamp: seconds since the Unix epoch.
/// - Returns: `nil` when less than one slot lies between the timestamps.
public func expectedDifficulty(
    parentDifficulty: UInt256, parentTimestamp: UInt64, timestamp: UInt64, secondsPerSlot: UInt64
) -> UInt256? {
    guard timestamp > parentTimestamp, secondsPerSlot > 0 else { return nil }
    let gap = (timestamp - parentTimestamp) / secondsPerSlot
    guard gap > 0 else { return nil }
    if gap == 1 {
        let (sum, overflow) = parentDifficulty.addingReportingOverflow(max(.one, parentDifficulty >> 9))
        return overflow ? .max : sum
    }
    var difficulty = parentDifficulty
    var missed = gap - 1
    // The floor holds once it is reached, so a gap of years ends early.
    while missed > 0, difficulty > minimumDifficulty {
        difficulty = difficulty &- (difficulty >> 4)
        missed -= 1
    }
    return max(difficulty, minimumDifficulty)
}
