import ExecutionChain
import Logging
public import Primitives
public import ServiceInterfaces
import StateTrie
import TransactionPool
public import Transactions

extension ExecutionNode: TransactionPoolService {
    public nonisolated func submit(_ encoded: [UInt8]) async throws -> Hash32 {
        // Signatures are recovered here, before the node's turn.
        let transaction = try Self.recovered(encoded, limits: options.pool)
        guard transaction.transaction.chainID != nil else {
            throw TransactionRefused("only replay-protected (EIP-155) transactions allowed over RPC")
        }
        try checkFee(of: transaction.transaction)
        try await admit(transaction)
        do { try await journal.flush() } catch {
            // It is in the pool all the same; a restart may forget it.
            logger.warning("The pool could not be written", metadata: ["error": "\(error)"])
        }
        await transactionObserver?(encoded)
        return transaction.hash
    }

    /// - Parameter observer: hears each transaction that `submit` takes, as its EIP-2718 envelope, and tells others.
    public func setTransactionObserver(_ observer: @escaping @Sendable ([UInt8]) async -> Void) { transactionObserver = observer }

    private static func recovered(_ encoded: [UInt8], limits: PoolLimits) throws -> RecoveredTransaction {
        do {
            guard encoded.count <= limits.transactionBytes else {
                throw PoolError.oversizedData(size: encoded.count, limit: limits.transactionBytes)
            }
            // With its blobs beside it such a transaction has another form.
            guard encoded.first != Transaction.Kind.blob.rawValue else { throw PoolError.typeNotSupported(.blob) }
            return try RecoveredTransaction(encoded: encoded)
        } catch let error as TransactionError {
            throw TransactionRefused(PoolError.invalid(error).description)
        } catch {
            throw TransactionRefused("\(error)")
        }
    }

    /// Keeps a slip of the decimal point from costing a fortune, as Geth's `--rpc.txfeecap` does.
    private nonisolated func checkFee(of transaction: Transaction) throws {
        let fee = transaction.maxFeePerGas.multipliedFullWidth(by: UInt256(transaction.gasLimit))
        guard !options.transactionFeeCap.isZero, !fee.high.isZero || fee.low > options.transactionFeeCap else { return }
        throw TransactionRefused("tx fee (\(fee.low) wei) exceeds the configured cap (\(options.transactionFeeCap) wei)")
    }

    private func admit(_ transaction: RecoveredTransaction) throws {
        try checkRunning()
        let standing = try chain.standing(transaction.sender, stateRoot: head.header.stateRoot)
        let admission: TransactionPool.Admission
        do {
            admission = try pool.add(transaction, of: standing)
        } catch {
            throw TransactionRefused(error.description)
        }
        journal.note(added: [transaction], removed: admission.removed)
        logger.debug(
            "Transaction pooled",
            metadata: [
                "hash": "\(transaction.hash.shortHex)", "sender": "\(transaction.sender)",
                "nonce": "\(transaction.transaction.nonce)", "pending": "\(admission.isPending)",
            ])
    }

    public func pooled(_ hash: Hash32) async -> RecoveredTransaction? { pool.transaction(hash) }

    public func pooled(of sender: Address, nonce: UInt64) async -> RecoveredTransaction? { pool.transaction(of: sender, nonce: nonce) }

    public func nextNonce(of sender: Address) async -> UInt64? { pool.nextNonce(of: sender) }

    public func poolCounts() async -> (pending: Int, queued: Int) {
        let pending = pool.pendingCount
        return (pending, pool.count - pending)
    }

    public func poolContent() async -> PoolContent { content(of: pool.senders) }

    public func poolContent(of sender: Address) async -> PoolContent { content(of: [sender]) }

    public func minimumTip() async -> UInt256 { pool.limits.minimumTip }

    private func content(of senders: [Address]) -> PoolContent {
        var content = PoolContent()
        for sender in senders {
            let (pending, queued) = (pool.pending(of: sender), pool.queued(of: sender))
            if !pending.isEmpty { content.pending[sender] = pending }
            if !queued.isEmpty { content.queued[sender] = queued }
        }
        return content
    }
}
