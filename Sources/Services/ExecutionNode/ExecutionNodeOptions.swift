/// What an operator may choose about an execution node.
public struct ExecutionNodeOptions: Sendable {
    /// Where this node's blocks move the gas limit.
    public var gasLimitTarget: UInt64 = 30_000_000
    /// Threads that search for a seal.
    public var sealThreads = 1
    /// How long `getPayload` waits for a seal.
    public var sealTimeLimit = Duration.seconds(12)

    public init() {}
}
