/// How many subscriptions a node holds.
public struct SubscriptionLimits: Sendable, Hashable {
    public var perConnection = 1000
    public var inAll = 10_000

    public init() {}
}
