import Primitives
import Transactions

/// A transaction in the pool.
struct PoolEntry: Sendable {
    let transaction: RecoveredTransaction
    /// The most that it can cost.
    let cost: UInt256
    /// Tells which of two equally good ones came first.
    let arrival: UInt64
    /// The head's time when it came.
    let since: UInt64
    /// The accounts whose code it sets (EIP-7702); authorizations that nobody signed are none.
    var authorities: [Address] = []

    var nonce: UInt64 { transaction.transaction.nonce }
    var slots: Int { max(1, (transaction.encoded.count + PoolLimits.slotBytes - 1) / PoolLimits.slotBytes) }
}

/// What the pool holds of one sender.
struct PooledAccount: Sendable {
    var standing: AccountStanding
    /// By ascending nonce, each nonce once.
    private(set) var entries: [PoolEntry] = []
    /// How many of them follow each other from the account's nonce and can be paid together: those are pending, the rest
    /// is queued.
    private(set) var pendingCount = 0
    /// What the pending ones cost at most together.
    private(set) var pendingCost = UInt256.zero

    var pending: ArraySlice<PoolEntry> { entries[..<pendingCount] }
    var queued: ArraySlice<PoolEntry> { entries[pendingCount...] }
    /// The nonce behind the pending ones.
    var nextNonce: UInt64 { standing.nonce &+ UInt64(pendingCount) }
    var slots: Int { entries.reduce(0) { $0 + $1.slots } }

    /// Where the nonce is, or where it would be.
    private func position(_ nonce: UInt64) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].nonce < nonce { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func entry(_ nonce: UInt64) -> PoolEntry? {
        let position = position(nonce)
        return position < entries.count && entries[position].nonce == nonce ? entries[position] : nil
    }

    /// Puts an entry in the place of its nonce.
    mutating func insert(_ entry: PoolEntry) {
        let position = position(entry.nonce)
        if position < entries.count, entries[position].nonce == entry.nonce {
            entries[position] = entry
        } else {
            entries.insert(entry, at: position)
        }
        sort()
    }

    /// Removes what `condition` holds for.
    ///
    /// - Returns: what was removed.
    mutating func remove(where condition: (PoolEntry) -> Bool) -> [PoolEntry] {
        let removed = entries.filter(condition)
        if !removed.isEmpty { entries.removeAll(where: condition) }
        sort()
        return removed
    }

    mutating func removeLast() -> PoolEntry? {
        let last = entries.popLast()
        sort()
        return last
    }

    /// Counts anew what is pending.
    private mutating func sort() {
        pendingCount = 0
        pendingCost = .zero
        for entry in entries {
            let (cost, overflow) = pendingCost.addingReportingOverflow(entry.cost)
            guard entry.nonce == nextNonce, !overflow, cost <= standing.balance else { return }
            pendingCount += 1
            pendingCost = cost
        }
    }
}
