/// How long to wait before a peer is dialled again: doubling from one second to a cap, for ever. It never gives up.
public struct DialBackoff: Equatable, Sendable {
    public static let first: Duration = .seconds(1)
    public static let cap: Duration = .seconds(300)

    /// Failures since the last success.
    public private(set) var failures = 0

    public init() {}

    public mutating func succeeded() { failures = 0 }

    /// The wait after one more failure.
    /// - Parameter jitter: 0 to 1; takes up to a quarter off, so that peers do not dial in step.
    public mutating func failed(jitter: Double) -> Duration {
        let wait = min(Self.first * (1 << min(failures, 16)), Self.cap)
        failures += 1
        return wait * (1 - 0.25 * min(max(jitter, 0), 1))
    }
}
