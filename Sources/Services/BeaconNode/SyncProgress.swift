import BeaconTypes
import Synchronization

/// How far this node still has to follow others: told by whoever fetches blocks for it.
final class SyncProgress: Sendable {
    private let slot = Mutex<Slot?>(nil)

    /// The slot to reach; `nil` when nobody is ahead.
    var target: Slot? {
        get { slot.withLock { $0 } }
        set { slot.withLock { $0 = newValue } }
    }
}
