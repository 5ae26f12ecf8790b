import EVM
import EngineTypes
import JSON
import Primitives
import ServiceInterfaces
import Transactions

/// What a transaction left behind, in the form of `eth_getTransactionReceipt`.
struct ReceiptObject {
    let block: ExecutionBlock
    let transaction: RecoveredTransaction
    let receipt: Receipt
    let index: UInt64
    /// Gas of the block before this transaction.
    let gasBefore: UInt64
    /// Logs of the block before this transaction.
    let logsBefore: UInt64

    var json: JSONValue {
        let payload = block.payload
        let fields = transaction.transaction
        var members: [JSONValue.Member] = []
        if fields.kind == .blob {
            members.append(.init("blobGasPrice", .quantity(block.blobBaseFee)))
            members.append(.init("blobGasUsed", .quantity(fields.blobGas)))
        }
        let created = fields.to == nil ? EVM.createAddress(transaction.sender, nonce: fields.nonce) : nil
        members += [
            .init("blockHash", .data(payload.blockHash)), .init("blockNumber", .quantity(payload.blockNumber)),
            .init("contractAddress", created.map { .data($0) } ?? .null),
            .init("cumulativeGasUsed", .quantity(receipt.cumulativeGasUsed)),
            .init("effectiveGasPrice", .quantity(fields.effectiveGasPrice(baseFee: payload.baseFeePerGas))),
            .init("from", .data(transaction.sender)), .init("gasUsed", .quantity(receipt.cumulativeGasUsed - gasBefore)),
            .init("logs", .array(receipt.logs.enumerated().map { LogObject.json(found($1, UInt64($0))) })),
            .init("logsBloom", .data(receipt.bloom.bytes)), outcome, .init("to", fields.to.map { .data($0) } ?? .null),
            .init("transactionHash", .data(transaction.hash)), .init("transactionIndex", .quantity(index)),
            .init("type", .quantity(fields.kind.rawValue)),
        ]
        return .object(members)
    }

    private var outcome: JSONValue.Member {
        switch receipt.outcome {
        case .status(let succeeded): .init("status", succeeded ? "0x1" : "0x0")
        case .stateRoot(let root): .init("root", .data(root))
        }
    }

    private func found(_ log: Log, _ offset: UInt64) -> FoundLog {
        FoundLog(
            log: log, block: block.payload.blockHash, number: block.payload.blockNumber, timestamp: block.payload.timestamp,
            transaction: transaction.hash, transactionIndex: index, index: logsBefore + offset)
    }
}

/// A log in the form of `eth_getLogs`.
enum LogObject {
    static func json(_ found: FoundLog) -> JSONValue {
        [
            "address": .data(found.log.address), "topics": .array(found.log.topics.map { .data($0) }), "data": .data(found.log.data),
            "blockNumber": .quantity(found.number), "transactionHash": .data(found.transaction),
            "transactionIndex": .quantity(found.transactionIndex), "blockHash": .data(found.block),
            "blockTimestamp": .quantity(found.timestamp), "logIndex": .quantity(found.index), "removed": false,
        ]
    }
}
