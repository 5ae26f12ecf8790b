/// What an operator may choose about an execution node.
public struct ExecutionNodeOptions: Sendable {
    /// Where this node's blocks move the gas limit.
    public var gasLimitTarget: UInt64 = 30_000_000
    /// Threads that search for a seal.
    public var sealThreads = 1
    /// How long `getPayload` waits for a seal.
    public var sealTimeLimit = Duration.seconds(12)

    /// Which states of old blocks stay.
    public var stateHistory = StateHistory.recent(128)

    public init() {}
}

/// How long the states of blocks are held; Geth's `--gcmode`. Blocks stay in either case.
public enum StateHistory: Hashable, Sendable {
    /// Those of all blocks (`archive`).
    case all
    /// Those of genesis, of the finalised block, of this many blocks before it and of all after it (`full`).
    case recent(UInt64)
}
