/// Names of the rules by which a beacon node refuses what is nobody's fault, in process and over REST alike.
public enum BeaconRule {
    /// The execution layer has not validated the head, so nobody may vote for it or build on it (`sync/optimistic.md`).
    public static let optimisticHead = "optimistic-head"
    /// Others are ahead and this node fetches their blocks, so nobody may vote or propose by its head.
    public static let syncing = "syncing"
    /// The execution layer does not answer.
    public static let executionUnavailable = "execution-unavailable"
}
