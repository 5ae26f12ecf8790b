/// Whether others can dial this node, by what those said who tried.
public struct ReachabilityTally: Equatable, Sendable {
    public enum Reachability: String, Sendable {
        case unknown, `public`, `private`
    }

    /// How sure one can be.
    public static let surest = 3

    /// Above zero for answers of success, below for failure.
    private var balance = 0

    public init() {}

    public var reachability: Reachability { balance == 0 ? .unknown : balance > 0 ? .public : .private }

    /// Whether no more answers are needed soon.
    public var isSure: Bool { abs(balance) >= 2 }

    /// One more answer. An answer that contradicts what was known takes back one; so one liar changes nothing for good.
    public mutating func add(reached: Bool) { balance = min(max(balance + (reached ? 1 : -1), -Self.surest), Self.surest) }
}
