import ServiceInterfaces
import TestSupport

extension TurnedTime {
    /// - Parameter longestPause: infinite, so that a sleeper's deadline is the time that it waits for.
    func clock(slotSeconds: UInt64 = 12, longestPause: Double = .infinity) -> SlotClock {
        SlotClock(
            genesisTime: 0, slotDurationMilliseconds: slotSeconds * 1000, now: { self.now }, longestPause: longestPause,
            pause: { try await self.pause($0) })
    }
}
