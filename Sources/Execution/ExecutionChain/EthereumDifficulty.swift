public import Primitives

/// Ethereum's difficulty before the merge: adjustment by the block time, and the bomb that the glacier forks delay.
public enum EthereumDifficulty {
    static let minimum: UInt256 = 131_072

    /// The difficulty of block `number` after a parent.
    ///
    /// - Parameters:
    ///   - timestamp, parentTimestamp: seconds since the Unix epoch.
    ///   - parentHasOmmers: counts since Byzantium (EIP-100).
    public static func next(
        _ fork: ExecutionFork, number: UInt64, timestamp: UInt64, parentTimestamp: UInt64, parentDifficulty: UInt256,
        parentHasOmmers: Bool
    ) -> UInt256 {
        let step = parentDifficulty >> 11
        let elapsed = timestamp > parentTimestamp ? timestamp - parentTimestamp : 0
        // Positive raises the difficulty by so many steps, negative lowers it.
        let steps: Int
        switch fork {
        case .byzantium...: steps = max((parentHasOmmers ? 2 : 1) - Int(clamping: elapsed / 9), -99)
        case .homestead...: steps = max(1 - Int(clamping: elapsed / 10), -99)
        default: steps = elapsed < 13 ? 1 : -1
        }
        let change = step &* UInt256(UInt64(abs(steps)))
        var difficulty = steps >= 0 ? parentDifficulty &+ change : parentDifficulty &- min(change, parentDifficulty)
        difficulty = max(difficulty, minimum)
        let delay = bombDelay(fork)
        let period = (number > delay ? number - delay : 0) / 100_000
        if period > 1 { difficulty = difficulty &+ (UInt256.one << Int(clamping: period - 2)) }
        return difficulty
    }

    /// Blocks by which the bomb is late (EIPs 649, 1234, 2384, 3554, 4345, 5133).
    private static func bombDelay(_ fork: ExecutionFork) -> UInt64 {
        switch fork {
        case .grayGlacier...: 11_400_000
        case .arrowGlacier...: 10_700_000
        case .london...: 9_700_000
        case .muirGlacier...: 9_000_000
        case .constantinople...: 5_000_000
        case .byzantium...: 3_000_000
        default: 0
        }
    }
}
