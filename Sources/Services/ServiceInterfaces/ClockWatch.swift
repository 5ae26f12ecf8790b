public import BeaconTypes

/// Notices a wall clock that is set while the program runs, and one that is behind the chain's own head.
///
/// The state of the watch as a value: ``look(wall:monotonic:head:)`` is told the times and says what is new.
/// ``run(_:monotonic:head:report:)`` looks once a second.
public struct ClockWatch: Sendable {
    /// What an operator should know. Each is reported once.
    public enum Event: Sendable, Hashable, CustomStringConvertible {
        /// The wall clock moved this many seconds against the time that really passed. A machine that slept looks
        /// the same as a step forward.
        case stepped(by: Double)
        /// The head is this many seconds in the clock's future: no duty can be done until the clock is right.
        case behindHead(seconds: Double)
        /// The clock has reached the head.
        case caughtUp

        public var description: String {
            switch self {
            case .stepped(let seconds):
                "The clock was set \(seconds < 0 ? "back" : "forward") by \(Self.text(seconds.magnitude)) s"
                    + (seconds > 0 ? ", or the machine slept" : "") + "; duties go on with the next slot"
            case .behindHead(let seconds):
                "The clock is \(Self.text(seconds)) s behind the head of the chain: no duty is possible until it is right"
            case .caughtUp: "The clock has reached the head of the chain: duties are possible again"
            }
        }

        /// A tenth of a second is enough.
        private static func text(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
    }

    /// A smaller difference between two looks is the adjusting of a synchronised clock.
    public static let leastStep: Double = 0.5

    private let clock: SlotClock
    private var offset: Double?
    private var isBehind = false

    public init(clock: SlotClock) { self.clock = clock }

    /// - Parameters:
    ///   - wall: seconds since the Unix epoch.
    ///   - monotonic: seconds since any fixed moment, of a clock that nobody sets.
    ///   - head: the slot of the chain's head, if known.
    public mutating func look(wall: Double, monotonic: Double, head: Slot?) -> [Event] {
        var events: [Event] = []
        let step = offset.map { wall - monotonic - $0 } ?? 0
        offset = wall - monotonic
        if step.magnitude >= Self.leastStep { events.append(.stepped(by: step)) }
        guard let head else { return events }
        let behind = clock.isBehind(head)
        if behind != isBehind { events.append(behind ? .behindHead(seconds: clock.start(of: head) - wall) : .caughtUp) }
        isBehind = behind
        return events
    }

    /// Looks once a second until the task is cancelled.
    public static func run(
        _ clock: SlotClock, monotonic: @Sendable () -> Double, head: @Sendable () async -> Slot?,
        report: @Sendable (Event) -> Void
    ) async {
        var watch = ClockWatch(clock: clock)
        while !Task.isCancelled {
            let slot = await head()
            for event in watch.look(wall: clock.currentTime, monotonic: monotonic(), head: slot) { report(event) }
            try? await Task.sleep(for: .seconds(SlotClock.longestPause))
        }
    }
}

extension SlotClock {
    /// Whether a block of `head` lies further in this clock's future than clocks that are right may differ.
    public func isBehind(_ head: Slot) -> Bool { head > (currentSlot ?? 0) + 1 }
}
