/// Quorum arithmetic (docs/protocol.md#helpers).
public enum AckQuorumRule {
    /// Votes that a VALID certificate needs, the author's own not counted where the committee has others.
    ///
    /// - Parameters:
    ///   - committeeSize: the members of the slot's committee, its author included.
    ///   - setting: `learning.ai_quorum`: 0 is automatic, `max(1, ceil(n / 2))`; any other value counts, but never
    ///     asks for more than the `n − 1` members who are not the author.
    public static func quorum(committeeSize: UInt64, setting: UInt64) -> UInt64 {
        if setting == 0 { return max(1, committeeSize / 2 + committeeSize % 2) }
        return min(setting, max(1, committeeSize == 0 ? 0 : committeeSize - 1))
    }

    /// Whether `count` of `committeeSize` members are at least two thirds: `3 · count ≥ 2 · n`.
    public static func isTwoThirds(_ count: UInt64, of committeeSize: UInt64) -> Bool {
        UInt128(count) * 3 >= UInt128(committeeSize) * 2
    }
}
