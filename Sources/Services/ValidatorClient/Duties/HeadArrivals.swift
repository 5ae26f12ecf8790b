import BeaconTypes
import ServiceInterfaces

/// Remembers the newest slot whose block became head, and wakes those who wait for one.
actor HeadArrivals {
    private var newest: Slot?
    private var arrivals = Broadcast<Slot>()

    func record(_ slot: Slot) {
        guard slot > newest ?? 0 || newest == nil else { return }
        newest = slot
        arrivals.send(slot)
    }

    /// Returns when a block of `slot` or a later one is head, or when `fraction` of `slot` has passed.
    func wait(for slot: Slot, until clock: SlotClock, fraction: Double) async throws {
        if let newest, newest >= slot { return }
        let arrivals = self.arrivals.subscribe()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clock.sleep(until: slot, fraction: fraction) }
            group.addTask {
                for await arrived in arrivals where arrived >= slot { return }
                // The stream ended without it: only the clock is left, or the task is cancelled.
                try await clock.sleep(until: slot, fraction: fraction)
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
