import EVM
import Primitives
import Secp256k1
import TransactionPool
import Transactions

/// Accounts with keys, and transactions between them.
struct PoolFixture {
    static let to = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero
    static let head = PoolHead(chainID: 13337, revision: .prague, gasLimit: 30_000_000, baseFee: 7, timestamp: 1_700_000_000)

    let keys: [Secp256k1PrivateKey]
    var pool: TransactionPool

    init(accounts: Int = 4, limits: PoolLimits = PoolLimits()) throws {
        keys = try (1...accounts).map { try Secp256k1PrivateKey(UInt256(UInt64($0)).bigEndianHash) }
        pool = TransactionPool(limits: limits, head: Self.head)
    }

    func address(_ account: Int) -> Address { keys[account].address }

    func transaction(
        _ account: Int = 0, nonce: UInt64 = 0, cap: UInt256 = 100, tip: UInt256 = 10,
        _ change: (inout Transaction) -> Void = { _ in }
    ) -> RecoveredTransaction {
        var transaction = Transaction(
            kind: .dynamicFee, chainID: 13337, nonce: nonce, gasPrice: cap, maxPriorityFeePerGas: tip, to: Self.to, value: 1)
        change(&transaction)
        let signed = transaction.signed(by: keys[account])
        return RecoveredTransaction(signed, sender: keys[account].address, encoded: signed.encoded)
    }

    @discardableResult
    mutating func add(_ transaction: RecoveredTransaction, nonce: UInt64 = 0, balance: UInt256 = 1 << 80) throws(PoolError)
        -> TransactionPool.Admission
    {
        try pool.add(transaction, of: AccountStanding(nonce: nonce, balance: balance))
    }

    /// What the pool says of a transaction that it refuses.
    mutating func refusal(_ transaction: RecoveredTransaction, _ standing: AccountStanding = AccountStanding(balance: 1 << 80)) -> String? {
        do throws(PoolError) {
            try pool.add(transaction, of: standing)
            return nil
        } catch {
            return error.description
        }
    }

    /// The senders (by place) and nonces that a builder gets.
    func order() -> [String] {
        var (supply, order) = (pool.selection(), [String]())
        while let next = supply.next() {
            order.append("\(keys.firstIndex { $0.address == next.sender } ?? -1)/\(next.transaction.nonce)")
        }
        return order
    }
}
