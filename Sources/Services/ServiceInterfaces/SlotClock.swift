public import BeaconTypes

/// Wall-clock time seen as slots. The only place where services turn seconds into slots and back.
///
/// Times are seconds since the Unix epoch. Before genesis there is no slot.
public struct SlotClock: Sendable {
    /// Seconds since the Unix epoch at the start of slot 0.
    public let genesisTime: UInt64
    /// Length of a slot in milliseconds (`SLOT_DURATION_MS`).
    public let slotDurationMilliseconds: UInt64
    private let now: @Sendable () -> Double
    private let pause: @Sendable (Double) async throws -> Void

    /// - Parameters:
    ///   - now: the source of time, in seconds since the Unix epoch; tests turn it by hand.
    ///   - pause: waits for a number of seconds of that time; tests pass it with the time they turn.
    public init(
        genesisTime: UInt64, slotDurationMilliseconds: UInt64, now: @escaping @Sendable () -> Double,
        pause: @escaping @Sendable (Double) async throws -> Void = {
            try await Task.sleep(for: .milliseconds(Int64(($0 * 1000).rounded(.up))))
        }
    ) {
        self.genesisTime = genesisTime
        self.slotDurationMilliseconds = max(1, slotDurationMilliseconds)
        self.now = now
        self.pause = pause
    }

    /// Seconds per slot, possibly with a fraction.
    public var secondsPerSlot: Double { Double(slotDurationMilliseconds) / 1000 }

    /// The current time in seconds since the Unix epoch.
    public var currentTime: Double { now() }

    /// The current time in milliseconds since the Unix epoch.
    public var currentTimeMs: UInt64 { UInt64(max(0, now() * 1000)) }

    /// The slot that contains the current time, or `nil` before genesis.
    public var currentSlot: Slot? {
        let elapsed = now() - Double(genesisTime)
        return elapsed < 0 ? nil : Slot(elapsed / secondsPerSlot)
    }

    /// When `slot` starts, in seconds since the Unix epoch.
    public func start(of slot: Slot) -> Double { Double(genesisTime) + Double(slot) * secondsPerSlot }

    /// Seconds from now until `fraction` of `slot` has passed; negative when it already has.
    public func secondsUntil(_ slot: Slot, fraction: Double = 0) -> Double {
        start(of: slot) + fraction * secondsPerSlot - now()
    }

    /// Sleeps until `fraction` of `slot` has passed; returns at once when it already has.
    public func sleep(until slot: Slot, fraction: Double = 0) async throws {
        let seconds = secondsUntil(slot, fraction: fraction)
        if seconds > 0 { try await pause(seconds) }
    }
}
