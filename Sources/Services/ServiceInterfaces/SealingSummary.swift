/// What came of a node's searches for seals since it started, and of the seals that miners of other processes handed in.
public struct SealingSummary: Sendable, Codable, Hashable {
    /// Searches that ended with a seal, whoever found it.
    public var found: UInt64
    /// Searches given up for a newer fork choice.
    public var abandoned: UInt64
    /// Seals handed in that were used.
    public var accepted: UInt64
    /// Seals handed in too late.
    public var stale: UInt64
    /// What was handed in and is no seal.
    public var invalid: UInt64

    public init(found: UInt64, abandoned: UInt64, accepted: UInt64, stale: UInt64, invalid: UInt64) {
        (self.found, self.abandoned) = (found, abandoned)
        (self.accepted, self.stale, self.invalid) = (accepted, stale, invalid)
    }

    /// The share of the work handed in that was lost by coming too late, 0 to 1; `nil` where none was handed in.
    public var staleShare: Double? { accepted + stale > 0 ? Double(stale) / Double(accepted + stale) : nil }
}
