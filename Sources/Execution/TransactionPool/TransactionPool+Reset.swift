public import Primitives
public import Transactions

extension TransactionPool {
    /// What a new head did to the pool.
    public struct Changes: Sendable, Equatable {
        /// Hashes that are not in the pool any more: mined, or not payable, or expired.
        public var removed: [Hash32] = []
        /// What came back from blocks that the chain left.
        public var returned: [RecoveredTransaction] = []

        public var isEmpty: Bool { removed.isEmpty && returned.isEmpty }
    }

    /// Follows the chain to a new head.
    ///
    /// - Parameters:
    ///   - returned: transactions of blocks that are not of the chain any more; those that the new branch holds too are
    ///     left out by their nonces.
    ///   - standing: accounts at the new head.
    public mutating func reset<Failure: Error>(
        to head: PoolHead, returned: [RecoveredTransaction] = [],
        standing: (Address) throws(Failure) -> AccountStanding
    ) throws(Failure) -> Changes {
        self.head = head
        var changes = Changes()
        let limits = limits
        for sender in senders {
            let account = try standing(sender)
            accounts[sender]?.standing = account
            changes.removed += remove(of: sender) { $0.isVoid(account, gasLimit: head.gasLimit) }
            // What still waits is known only after the above.
            let next = accounts[sender]?.nextNonce ?? 0
            changes.removed += remove(of: sender) { $0.nonce >= next && $0.isExpired(at: head.timestamp, after: limits.queueLifetime) }
        }
        for transaction in returned {
            let account = try standing(transaction.sender)
            guard let admission = try? add(transaction, of: account) else { continue }
            changes.returned.append(transaction)
            changes.removed += admission.removed
        }
        return changes
    }
}

extension PoolEntry {
    /// Whether no later block can take the entry as things stand.
    func isVoid(_ standing: AccountStanding, gasLimit: UInt64) -> Bool {
        nonce < standing.nonce || cost > standing.balance || standing.code == .contract || transaction.transaction.gasLimit > gasLimit
    }

    func isExpired(at time: UInt64, after lifetime: UInt64) -> Bool {
        let (end, overflow) = since.addingReportingOverflow(lifetime)
        return !overflow && end < time
    }
}
