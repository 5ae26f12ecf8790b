import Primitives
public import ServiceInterfaces
import TransactionPool
public import Transactions

extension ExecutionNode: ExecutionEvents {
    public func chainChanges() async -> AsyncStream<ChainChange> { changes.subscribe() }

    public func pendingTransactions() async -> AsyncStream<[RecoveredTransaction]> { newlyPending.subscribe() }

    /// Of a chain of work alone: on others a consensus layer tells of each block, and the node does not know of more.
    public func syncChanges() async -> AsyncStream<ExecutionSyncProgress?> { syncChanged.subscribe() }

    /// Changes the pool, and tells who listens what became pending by it.
    func changingPool<Value>(of senders: (TransactionPool) -> [Address], _ change: () throws -> Value) rethrows -> Value {
        guard newlyPending.subscriberCount > 0 else { return try change() }
        var before: Set<Hash32> = []
        for sender in senders(pool) { before.formUnion(pool.pending(of: sender).map(\.hash)) }
        let value = try change()
        let fresh = senders(pool).flatMap { pool.pending(of: $0) }.filter { !before.contains($0.hash) }
        if !fresh.isEmpty { newlyPending.send(fresh) }
        return value
    }
}
