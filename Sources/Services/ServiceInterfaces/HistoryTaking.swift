public import BeaconTypes

/// Takes the blocks before the checkpoint that a node began with.
public protocol HistoryTaking: BlockImporting {
    /// The slots whose blocks are not here yet, up to the checkpoint's own; `nil` where nothing is missing.
    func missingHistory() async throws -> Range<Slot>?
    /// Makes ready to take the first of them.
    func prepareHistory() async throws
    /// Ends the work once nothing is missing.
    func settleHistory() async throws
}

/// How far the blocks before a node's checkpoint have come.
public struct HistoryProgress: Sendable, Hashable {
    /// The last slot that is here.
    public let slot: Slot
    /// The checkpoint's.
    public let target: Slot
    /// Of late, by this process.
    public let slotsPerSecond: Double

    public init(slot: Slot, target: Slot, slotsPerSecond: Double) {
        (self.slot, self.target, self.slotsPerSecond) = (slot, target, slotsPerSecond)
    }

    /// Seconds until all is here, if it goes on so.
    public var secondsLeft: Double? { slotsPerSecond > 0 ? Double(target - min(slot, target)) / slotsPerSecond : nil }
}
