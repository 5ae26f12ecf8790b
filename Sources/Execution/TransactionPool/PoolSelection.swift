public import Primitives
public import Transactions

/// The pending transactions in the order of what they pay a block's maker, each sender's by nonce; of equal ones the
/// earlier. Transactions below the base fee or the least tip end their sender's turn.
public struct PoolSelection: TransactionSupply, Sendable {
    private struct Candidate: Sendable {
        let tip: UInt256
        let account: Int
        let arrival: UInt64

        /// Whether the other is to be tried first.
        func isBehind(_ other: Candidate) -> Bool { tip != other.tip ? tip < other.tip : arrival > other.arrival }
    }

    private let accounts: [[PoolEntry]]
    private var positions: [Int]
    /// Each sender's next, the best last.
    private var candidates: [Candidate] = []
    private let baseFee: UInt256
    private let minimumTip: UInt256
    private var latest: Int?

    init(_ accounts: [[PoolEntry]], baseFee: UInt256, minimumTip: UInt256) {
        self.accounts = accounts
        self.baseFee = baseFee
        self.minimumTip = minimumTip
        positions = Array(repeating: 0, count: accounts.count)
        candidates = accounts.indices.compactMap(candidate).sorted { $0.isBehind($1) }
    }

    private func candidate(_ account: Int) -> Candidate? {
        guard positions[account] < accounts[account].count else { return nil }
        let entry = accounts[account][positions[account]]
        guard let tip = entry.transaction.transaction.effectiveTip(baseFee: baseFee), tip >= minimumTip else { return nil }
        return Candidate(tip: tip, account: account, arrival: entry.arrival)
    }

    public mutating func next() -> RecoveredTransaction? {
        if let account = latest, let candidate = candidate(account) { insert(candidate) }
        latest = candidates.popLast()?.account
        guard let account = latest else { return nil }
        positions[account] += 1
        return accounts[account][positions[account] - 1].transaction
    }

    public mutating func abandonSender() { latest = nil }

    private mutating func insert(_ candidate: Candidate) {
        var (low, high) = (0, candidates.count)
        while low < high {
            let middle = (low + high) / 2
            if candidates[middle].isBehind(candidate) { low = middle + 1 } else { high = middle }
        }
        candidates.insert(candidate, at: low)
    }
}
