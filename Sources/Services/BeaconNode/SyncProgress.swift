import BeaconTypes
import ServiceInterfaces
import Synchronization

/// How far this node still has to follow others: told by whoever fetches blocks for it.
final class SyncProgress: Sendable {
    /// Seconds between two words of the history's progress.
    static let interval = 10.0

    private struct History {
        var slot: Slot
        var target: Slot
        /// Where the figures of the speed begin.
        var first: (slot: Slot, time: Double)
        var lastWord: Double
    }

    private let slot = Mutex<Slot?>(nil)
    private let past = Mutex<History?>(nil)

    /// The slot to reach; `nil` when nobody is ahead.
    var target: Slot? {
        get { slot.withLock { $0 } }
        set { slot.withLock { $0 = newValue } }
    }

    /// Begins to count at the last slot before `missing`.
    func beginHistory(_ missing: Range<Slot>, now: Double) {
        let last = missing.lowerBound > 0 ? missing.lowerBound - 1 : 0
        past.withLock { $0 = History(slot: last, target: missing.upperBound, first: (last, now), lastWord: now) }
    }

    /// Takes a slot whose block came.
    ///
    /// - Returns: how far it is, where it is time to say so.
    func noteHistory(_ slot: Slot, now: Double) -> HistoryProgress? {
        past.withLock { history in
            guard var next = history else { return nil }
            next.slot = max(next.slot, slot)
            let isTime = now - next.lastWord >= Self.interval
            if isTime { next.lastWord = now }
            history = next
            return isTime ? Self.progress(next, now) : nil
        }
    }

    func endHistory() { past.withLock { $0 = nil } }

    func history(now: Double) -> HistoryProgress? { past.withLock { $0.map { Self.progress($0, now) } } }

    private static func progress(_ history: History, _ now: Double) -> HistoryProgress {
        let seconds = now - history.first.time
        return HistoryProgress(
            slot: history.slot, target: history.target,
            slotsPerSecond: seconds > 0 ? Double(history.slot - history.first.slot) / seconds : 0)
    }
}
