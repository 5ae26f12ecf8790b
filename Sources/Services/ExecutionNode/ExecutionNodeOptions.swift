public import Primitives
public import TransactionPool

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

    /// What the pool holds at most, and the least that it takes.
    public var pool = PoolLimits()
    /// Wei that a transaction given over JSON-RPC may offer for its gas in all; zero for any. Geth's `--rpc.txfeecap`.
    public var transactionFeeCap = UInt256(1_000_000_000_000_000_000)
    /// Gas that `eth_call` and `eth_estimateGas` may use; Geth's `--rpc.gascap`.
    public var callGasCap: UInt64 = 50_000_000
    /// How long a call may take; Geth's `--rpc.evmtimeout`.
    public var callTimeLimit = Duration.seconds(5)
    /// Calls that wait for their turn or run at once; more are refused.
    public var waitingCalls = 256

    public init() {}
}

/// How long the states of blocks are held; Geth's `--gcmode`. Blocks stay in either case.
public enum StateHistory: Hashable, Sendable {
    /// Those of all blocks (`archive`).
    case all
    /// Those of genesis, of the finalised block, of this many blocks before it and of all after it (`full`).
    case recent(UInt64)
}
