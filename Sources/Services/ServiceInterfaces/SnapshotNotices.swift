/// How far the blocks before a node's checkpoint have come, as the dashboard shows it.
public struct HistorySummary: Sendable, Codable {
    /// The last slot that is here.
    public var slot: UInt64
    /// The checkpoint's.
    public var targetSlot: UInt64
    /// Of late, by this process.
    public var slotsPerSecond: Double
    /// If it goes on so; `nil` where nothing has come yet.
    public var secondsLeft: Double?

    public init(_ progress: HistoryProgress) {
        (slot, targetSlot) = (progress.slot, progress.target)
        (slotsPerSecond, secondsLeft) = (progress.slotsPerSecond, progress.secondsLeft)
    }
}

/// Stake that does not vote, as the dashboard shows it.
public struct AbsenceSummary: Sendable, Codable {
    /// Of the active stake, 0 to 1.
    public var share: Double
    public var validators: Int
    /// All active validators.
    public var active: Int
    public var sinceEpoch: UInt64

    /// `nil` where nobody is away.
    public init?(_ stake: AbsentStake) {
        guard let since = stake.since else { return nil }
        (share, validators, active, sinceEpoch) = (stake.share, stake.absentValidators, stake.activeValidators, since)
    }
}
