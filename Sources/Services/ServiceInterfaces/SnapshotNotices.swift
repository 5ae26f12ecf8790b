/// Stake that does not vote, as the dashboard shows it.
public struct StakeAbsence: Sendable, Codable {
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
