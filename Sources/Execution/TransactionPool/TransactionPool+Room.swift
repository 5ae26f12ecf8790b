import Primitives
import Transactions

extension TransactionPool {
    /// How much an entry is worth to a full pool: what the next block could take is worth more than what waits.
    private struct Worth: Comparable {
        var isPending: Bool
        var tip: UInt256
        var feeCap: UInt256

        static func < (left: Worth, right: Worth) -> Bool {
            if left.isPending != right.isPending { return right.isPending }
            return left.tip != right.tip ? left.tip < right.tip : left.feeCap < right.feeCap
        }
    }

    private func worth(_ transaction: Transaction, isPending: Bool) -> Worth {
        Worth(
            isPending: isPending, tip: transaction.effectiveTip(baseFee: head.baseFee) ?? .zero, feeCap: transaction.maxFeePerGas)
    }

    /// Lets go of others' transactions until the new one has the slots that it needs: fewer than its own where it replaces one.
    ///
    /// Only a sender's last transaction goes, so that no gap arises. A sender within the guaranteed slots takes from the
    /// sender with the most; else the worst transaction goes, if the new one pays more. What senders within the guaranteed
    /// slots hold goes only for others of their kind.
    ///
    /// - Parameter isPending: whether the next block could take the new one.
    /// - Throws: `underpriced` when everything pays more, `full` when there is nobody to take from. Then nothing has changed.
    mutating func makeRoom(for entry: PoolEntry, slots needed: Int, isPending: Bool) throws(PoolError) -> [Hash32] {
        guard needed > 0 else { return [] }
        var copy = self
        var removed: [Hash32] = []
        while copy.slots + needed > limits.slots {
            let victim = try copy.victim(for: entry, isPending: isPending)
            guard let last = copy.accounts[victim]?.removeLast() else { throw .full }
            if copy.accounts[victim]?.entries.isEmpty == true { copy.accounts[victim] = nil }
            removed += copy.forget([last])
        }
        if !removed.isEmpty { self = copy }
        return removed
    }

    private func victim(for entry: PoolEntry, isPending: Bool) throws(PoolError) -> Address {
        let sender = entry.transaction.sender
        let isModest = (accounts[sender]?.slots ?? 0) + entry.slots <= limits.guaranteedSlots
        // Who holds much takes nothing from who holds little.
        let others = accounts.filter { $0.key != sender && (isModest || $0.value.slots > limits.guaranteedSlots) }
        if isModest, let greedy = others.max(by: { $0.value.slots < $1.value.slots }), greedy.value.slots > limits.guaranteedSlots {
            return greedy.key
        }
        let worths = others.compactMap { address, account in
            account.entries.last.map { (address, worth($0.transaction.transaction, isPending: account.queued.isEmpty)) }
        }
        guard let worst = worths.min(by: { $0.1 < $1.1 }) else { throw .full }
        guard worth(entry.transaction.transaction, isPending: isPending) > worst.1 else { throw .underpriced }
        return worst.0
    }
}
