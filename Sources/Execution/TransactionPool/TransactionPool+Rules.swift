import Primitives
import Transactions

extension TransactionPool {
    /// What needs no account.
    ///
    /// - Returns: what the transaction costs at most.
    func check(_ recovered: RecoveredTransaction) throws(PoolError) -> UInt256 {
        let transaction = recovered.transaction
        guard recovered.encoded.count <= limits.transactionBytes else {
            throw .oversizedData(size: recovered.encoded.count, limit: limits.transactionBytes)
        }
        guard transaction.kind != .blob else { throw .typeNotSupported(.blob) }
        let cost: UInt256
        do {
            try transaction.validateAlone(head.revision, chainID: head.chainID)
            cost = try transaction.maximumCost
        } catch {
            throw .invalid(error)
        }
        guard transaction.gasLimit <= head.gasLimit else {
            throw .exceedsBlockGasLimit(limit: head.gasLimit, gas: transaction.gasLimit)
        }
        guard transaction.maxPriorityFeePerGas >= limits.minimumTip else {
            throw .tipBelowMinimum(tip: transaction.maxPriorityFeePerGas, minimum: limits.minimumTip)
        }
        return cost
    }

    /// What the sender's account and its other transactions demand.
    ///
    /// - Returns: the entry that this one replaces.
    func check(_ entry: PoolEntry, in account: PooledAccount) throws(PoolError) -> PoolEntry? {
        let standing = account.standing
        guard entry.nonce >= standing.nonce else { throw .nonceTooLow(next: standing.nonce, nonce: entry.nonce) }
        guard standing.code != .contract else { throw .senderHasCode }
        guard entry.cost <= standing.balance else { throw .insufficientFunds(balance: standing.balance, cost: entry.cost) }
        let replaced = account.entry(entry.nonce)
        if let replaced { try checkPrice(entry.transaction.transaction, over: replaced.transaction.transaction) }
        try checkFunds(entry, replacing: replaced, in: account)
        guard replaced == nil else { return replaced }
        if entry.nonce > account.nextNonce, account.queued.count >= limits.queuedPerAccount { throw .accountLimitExceeded }
        return nil
    }

    /// Whose code others may set can lose its nonce and funds between two transactions (EIP-7702): such an account has one
    /// under way, and nobody sets the code of an account with more.
    func checkDelegations(_ entry: PoolEntry, in account: PooledAccount, isReplacement: Bool) throws(PoolError) {
        let isDelegated = account.standing.code == .delegation || authorities[entry.transaction.sender] != nil
        if isDelegated, !isReplacement {
            guard account.entries.isEmpty else { throw .delegatedLimit }
            guard entry.nonce == account.standing.nonce else { throw .delegatedGap }
        }
        for authority in entry.authorities where (accounts[authority]?.entries.count ?? 0) > 1 {
            throw .authorityReserved(authority)
        }
    }

    /// A replacement raises both prices by the bump.
    private func checkPrice(_ new: Transaction, over old: Transaction) throws(PoolError) {
        func isRaised(_ new: UInt256, _ old: UInt256) -> Bool {
            let (high, low) = old.multipliedFullWidth(by: UInt256(100 + limits.priceBump))
            guard new > old, high.isZero else { return false }
            return new >= low.quotientAndRemainder(dividingBy: 100)?.quotient ?? .max
        }
        guard isRaised(new.maxFeePerGas, old.maxFeePerGas), isRaised(new.maxPriorityFeePerGas, old.maxPriorityFeePerGas) else {
            throw .replacementUnderpriced
        }
    }

    /// The sender can pay this one besides those that are pending.
    private func checkFunds(_ entry: PoolEntry, replacing replaced: PoolEntry?, in account: PooledAccount) throws(PoolError) {
        guard entry.nonce <= account.nextNonce else { return }
        var queued = account.pendingCost
        if let replaced, replaced.nonce < account.nextNonce { queued = queued &- replaced.cost }
        let (sum, overflow) = queued.addingReportingOverflow(entry.cost)
        guard !overflow, sum <= account.standing.balance else {
            throw .insufficientFundsAfterQueue(balance: account.standing.balance, queued: queued, cost: entry.cost)
        }
    }
}
