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
    private let longestPause: Double

    /// The longest time that a wait goes without a look at the clock, in seconds. A wall clock may be set while
    /// somebody waits for a time on it.
    public static let longestPause: Double = 1

    /// - Parameters:
    ///   - now: the source of time, in seconds since the Unix epoch; tests turn it by hand.
    ///   - longestPause: see ``longestPause``; tests whose time cannot be set back may wait in one piece.
    ///   - pause: waits for a number of seconds of that time; tests pass it with the time they turn.
    public init(
        genesisTime: UInt64, slotDurationMilliseconds: UInt64, now: @escaping @Sendable () -> Double,
        longestPause: Double = SlotClock.longestPause,
        pause: @escaping @Sendable (Double) async throws -> Void = {
            try await Task.sleep(for: .milliseconds(Int64(($0 * 1000).rounded(.up))))
        }
    ) {
        self.genesisTime = genesisTime
        self.slotDurationMilliseconds = max(1, slotDurationMilliseconds)
        self.now = now
        self.longestPause = longestPause
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
    ///
    /// The clock is read again at least once a second, so that a step of it takes effect at once.
    public func sleep(until slot: Slot, fraction: Double = 0) async throws {
        while case let seconds = secondsUntil(slot, fraction: fraction), seconds > 0 {
            try await pause(min(seconds, longestPause))
        }
    }

    /// Sleeps as ``sleep(until:fraction:)`` does, unless the clock is set back meanwhile.
    ///
    /// - Parameter floor: no slot below it is of use to the caller.
    /// - Returns: false when an earlier slot of use lies ahead again: later than the current one, from `floor` on.
    public func wait(for slot: Slot, fraction: Double = 0, floor: Slot = 0) async throws -> Bool {
        while case let seconds = secondsUntil(slot, fraction: fraction), seconds > 0 {
            if let currentSlot, max(currentSlot + 1, floor) < slot { return false }
            try await pause(min(seconds, longestPause))
        }
        return true
    }
}
