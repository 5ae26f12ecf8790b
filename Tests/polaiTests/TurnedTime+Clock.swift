import ServiceInterfaces
import TestSupport

extension TurnedTime {
    func clock(genesisTime: UInt64, slotDurationMs: UInt64) -> SlotClock {
        SlotClock(genesisTime: genesisTime, slotDurationMilliseconds: slotDurationMs, now: { self.now }) { try await self.pause($0) }
    }
}
