import BeaconTypes
import Primitives
import StateTransition
import Synchronization

/// States advanced through empty slots, by the block they come after and the slot they are at: each is computed once, whoever
/// asks, and a later one goes on from the latest before it.
final class AdvancedStates: Sendable {
    private struct Key: Hashable {
        var root: Root
        var slot: Slot
    }

    /// One state, or the place where it is being computed: a second asker waits for the first, which is as long as computing it.
    private final class Entry: Sendable {
        let state = Mutex<CachedBeaconState?>(nil)
    }

    private struct Contents {
        var entries: [Key: Entry] = [:]
        /// Least recently used first.
        var order: [Key] = []
        var slots: UInt64 = 0
    }

    private let contents = Mutex(Contents())
    private let capacity: Int

    init(capacity: Int = 8) {
        self.capacity = capacity
    }

    /// How many slots were processed so far.
    var processedSlots: UInt64 { contents.withLock { $0.slots } }

    /// - Parameter base: the state after the block `root`, of a slot before `slot`.
    func state(after root: Root, at slot: Slot, from base: CachedBeaconState) throws -> CachedBeaconState {
        let key = Key(root: root, slot: slot)
        let (entry, earlier) = contents.withLock { contents in
            let entry = contents.entries[key] ?? Entry()
            contents.entries[key] = entry
            contents.order.removeAll { $0 == key }
            contents.order.append(key)
            while contents.order.count > capacity { contents.entries[contents.order.removeFirst()] = nil }
            let earlier = contents.entries.filter { $0.key.root == root && $0.key.slot < slot }.max { $0.key.slot < $1.key.slot }
            return (entry, earlier?.value)
        }
        return try entry.state.withLock { known in
            if let known { return known }
            var state = earlier?.state.withLock { $0 } ?? base
            let start = state.state.slot
            try state.processSlots(to: slot)
            try state.warmCaches()
            contents.withLock { $0.slots += slot - start }
            known = state
            return state
        }
    }
}
