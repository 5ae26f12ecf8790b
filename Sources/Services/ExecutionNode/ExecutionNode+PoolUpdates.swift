import ChainStore
import EngineTypes
import ExecutionChain
import Logging
import Primitives
import TransactionPool
import Transactions

extension ExecutionNode {
    /// What the pool must know of a chain whose head is `header`.
    static func poolHead(_ header: BlockHeader, config: ChainConfig) -> PoolHead {
        let fork = config.fork(number: header.number &+ 1, timestamp: header.timestamp &+ 1)
        return PoolHead(
            chainID: config.chainID, revision: fork.revision, gasLimit: header.gasLimit,
            baseFee: fork >= .london ? config.nextBaseFee(after: header) : .zero,
            timestamp: header.timestamp)
    }

    /// Takes the pool to the new head. What blocks that were left held comes back.
    ///
    /// A pool that cannot follow is no reason not to follow the chain: what fails is logged.
    func updatePool(left: [Block]) {
        let (chain, root) = (chain, head.header.stateRoot)
        let fork = pool.head.revision
        let returned = left.reversed().flatMap(\.transactions).compactMap { try? RecoveredTransaction(encoded: $0, fork) }
        do {
            let changes = try changingPool(of: \.senders) {
                try pool.reset(to: Self.poolHead(head.header, config: execution.config), returned: returned) { sender in
                    try chain.standing(sender, stateRoot: root)
                }
            }
            guard !changes.isEmpty else { return }
            journal.note(added: changes.returned, removed: changes.removed)
            try journal.write()
            logger.debug("Pool updated", metadata: ["removed": "\(changes.removed.count)", "returned": "\(changes.returned.count)"])
        } catch {
            logger.warning("The pool did not follow the head", metadata: ["error": "\(error)"])
        }
    }

    /// The pool as the last run left it: entries that are damaged or of no use any more are removed.
    static func storedPool(
        _ chain: StoredChain, head: BlockHeader, config: ChainConfig, limits: PoolLimits, logger: Logger
    ) throws -> TransactionPool {
        var pool = TransactionPool(limits: limits, head: poolHead(head, config: config))
        var (void, damaged): ([[UInt8]], Int) = ([], 0)
        var transactions: [RecoveredTransaction] = []
        for entry in try chain.store.pooledTransactions() {
            if let transaction = try? RecoveredTransaction(encoded: entry.encoded, pool.head.revision), transaction.hash.bytes == entry.hash
            {
                transactions.append(transaction)
            } else {
                void.append(entry.hash)
                damaged += 1
            }
        }
        // By nonce, so that none waits for one that comes later.
        for transaction in transactions.sorted(by: { $0.transaction.nonce < $1.transaction.nonce }) {
            let standing = try chain.standing(transaction.sender, stateRoot: head.stateRoot)
            do {
                void += try pool.add(transaction, of: standing).removed.map(\.bytes)
            } catch {
                void.append(transaction.hash.bytes)
            }
        }
        if damaged > 0 { logger.warning("Skipped damaged transactions of the stored pool", metadata: ["count": "\(damaged)"]) }
        if !void.isEmpty { try chain.store.write { batch in for hash in void { batch.removePooled(hash) } } }
        return pool
    }
}
