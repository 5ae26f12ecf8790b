import EVM
import FuzzDriver
import Primitives
import Secp256k1
import TransactionPool
import Transactions

extension FuzzTarget {
    /// Signed transactions of every type, and what a pool says of them.
    static let transaction = FuzzTarget("transaction", "transaction envelopes and the pool's rules", maximumLength: 4096) { _ in
        let key = try Secp256k1PrivateKey(UInt256(1).bigEndianHash)
        let target = Address(repeatElement(0x11, count: 20)) ?? .zero
        let seeds = Transaction.Kind.allCases.map { kind in
            var transaction = Transaction(
                kind: kind, chainID: 13337, nonce: 1, gasPrice: 100, maxPriorityFeePerGas: kind.rawValue > 1 ? 10 : nil,
                gasLimit: 100_000, to: target, value: 5, data: [1, 0, 2])
            if kind != .legacy { transaction.accessList = [.init(address: target, slots: [.zero])] }
            if kind == .blob { transaction.blobHashes = [Hash32([1] + [UInt8](repeating: 0, count: 31)) ?? .zero] }
            if kind == .setCode {
                transaction.authorizations = [Authorization(chainID: 0, address: target, nonce: 0, yParity: 1, r: 1, s: 1)]
            }
            return transaction.signed(by: key).encoded
        }
        let head = PoolHead(chainID: 13337, revision: .prague, gasLimit: 30_000_000, baseFee: 7, timestamp: 0)
        return Prepared(seeds: seeds) { bytes in
            let transaction = try Transaction(encoded: bytes)
            promise(transaction.encoded == bytes, "a transaction has a second encoding")
            for revision in EVMRevision.allCases { try? transaction.validateAlone(revision, chainID: 13337) }
            // Who signed does not matter to the rules.
            let signed = RecoveredTransaction(transaction, sender: target, encoded: bytes)
            var pool = TransactionPool(head: head)
            let standing = AccountStanding(nonce: transaction.nonce & 3, balance: .max)
            do throws(PoolError) {
                let admission = try pool.add(signed, of: standing)
                promise(pool.count == 1 && admission.removed.isEmpty, "an empty pool let something go")
                var supply = pool.selection()
                promise((supply.next() != nil) == (admission.isPending && transaction.maxFeePerGas >= 8), "what is pending is not tried")
            } catch {
                promise(!error.description.isEmpty && pool.count == 0, "a refused transaction is in the pool")
            }
        }
    }
}
