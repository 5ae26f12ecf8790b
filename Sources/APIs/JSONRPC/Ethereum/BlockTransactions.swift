import EVM
import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

/// A block's transactions as the door tells of them. Senders are recovered only where they are asked for.
struct BlockTransactions {
    let block: ExecutionBlock

    var count: Int { block.payload.transactions.count }

    /// `nil` when there is no such place.
    func recovered(_ index: UInt64) throws(RPCError) -> RecoveredTransaction? {
        guard index < UInt64(count) else { return nil }
        do {
            // Whatever signature its own fork took.
            return try RecoveredTransaction(encoded: block.payload.transactions[Int(index)], .frontier)
        } catch {
            throw .server("transaction \(index) of block \(block.payload.blockHash.hex) cannot be decoded: \(error)")
        }
    }

    /// `null` when there is no such place.
    func json(_ index: UInt64) throws(RPCError) -> JSONValue {
        guard let transaction = try recovered(index) else { return .null }
        return TransactionObject.json(transaction, in: block, index: index)
    }

    /// The receipts in the form of `eth_getTransactionReceipt`; only that at `index`, if given.
    func receipts(_ receipts: [Receipt], only index: UInt64? = nil) throws(RPCError) -> [JSONValue] {
        var (answers, gas, logs): ([JSONValue], UInt64, UInt64) = ([], 0, 0)
        for (position, receipt) in receipts.enumerated() {
            if index == nil || index == UInt64(position), let transaction = try recovered(UInt64(position)) {
                answers.append(
                    ReceiptObject(
                        block: block, transaction: transaction, receipt: receipt, index: UInt64(position), gasBefore: gas,
                        logsBefore: logs
                    ).json)
            }
            gas = receipt.cumulativeGasUsed
            logs += UInt64(receipt.logs.count)
        }
        return answers
    }
}
