/// How a range is fetched.
public struct RangeSyncSetting: Sendable {
    /// Slots of one question.
    public var batchSlots: UInt64 = 32
    /// Batches under way or waiting for their turn to be imported.
    public var aheadBatches = 8
    /// Questions to one source at once.
    public var requestsPerSource = 2
    /// Seconds until an answer counts as missing.
    public var timeout = 20.0
    /// Seconds before a batch that failed is asked for again; doubled each time.
    public var firstPause = 0.5
    public var longestPause = 30.0

    public init() {}

    /// The pause after `failures` failures in a row.
    func pause(after failures: Int) -> Double {
        min(longestPause, firstPause * Double(UInt64(1) << UInt64(min(max(failures - 1, 0), 20))))
    }
}
