public import Primitives
public import Transactions

/// How the canonical execution chain changed.
public struct ChainChange: Sendable, Hashable {
    /// Blocks that are canonical no more, the newest first; none unless the chain was reorganised.
    public var left: [Hash32]
    /// Blocks that are canonical now, the oldest first.
    public var joined: [Hash32]

    public init(left: [Hash32] = [], joined: [Hash32] = []) {
        (self.left, self.joined) = (left, joined)
    }
}

/// What an execution node tells while it runs. Whoever falls far behind loses the oldest events.
public protocol ExecutionEvents: Sendable {
    /// Each change of the canonical chain from now on.
    func chainChanges() async -> AsyncStream<ChainChange>
    /// Transactions that the next block could take from now on, and could not before.
    func pendingTransactions() async -> AsyncStream<[RecoveredTransaction]>
    /// Whether the node catches up, whenever that changes; `nil` when it does not.
    func syncChanges() async -> AsyncStream<ExecutionSyncProgress?>
}
