import Synchronization

/// Time that a test turns by hand.
public final class TurnedClock: Sendable {
    private let seconds: Mutex<Double>

    public init(_ seconds: Double) { self.seconds = Mutex(seconds) }

    public var now: Double {
        get { seconds.withLock { $0 } }
        set { seconds.withLock { $0 = newValue } }
    }
}
