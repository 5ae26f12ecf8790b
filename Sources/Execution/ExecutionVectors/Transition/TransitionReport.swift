import EVM
import EngineTypes
import ExecutionChain
import JSON
import Primitives
import RLP
import Transactions

/// The `result` object of a transition, gathered while it runs.
struct TransitionReport {
    private var ran: [(transaction: Transaction, sender: Address, result: TransactionResult)] = []
    private var refused: [JSONValue] = []

    mutating func add(_ transaction: Transaction, sender: Address, _ result: TransactionResult) {
        ran.append((transaction, sender, result))
    }

    mutating func refuse(_ index: Int, _ reason: String) {
        refused.append(["index": .init(index), "error": .string(reason)])
    }

    var body: [UInt8] {
        RLPEncoder.list { list in
            for item in ran {
                if item.transaction.kind == .legacy {
                    list.append(encoded: item.transaction.encoded)
                } else {
                    list.append(bytes: item.transaction.encoded)
                }
            }
        }
    }

    func json(_ summary: TransitionSummary, stateRoot: Hash32, receipts: [Receipt]) -> JSONValue {
        let logs = receipts.flatMap(\.logs)
        var members: [JSONValue.Member] = [
            .init("stateRoot", .string(stateRoot.hex)),
            .init("txRoot", .string(BlockRoots.transactions(ran.map(\.transaction.encoded)).hex)),
            .init("receiptsRoot", .string(BlockRoots.receipts(receipts.map(\.encoded)).hex)),
            .init("logsHash", .string(Keccak256.hash(Log.encode(logs)).hex)),
            .init("logsBloom", .string(Bloom.of(logs).hex)),
            .init("receipts", .array(zip(ran, receipts).enumerated().map { Self.receipt($0, $1.0, $1.1) })),
        ]
        if !refused.isEmpty { members.append(.init("rejected", .array(refused))) }
        return .object(members + summary.members)
    }

    private static func receipt(
        _ index: Int, _ item: (transaction: Transaction, sender: Address, result: TransactionResult), _ receipt: Receipt
    ) -> JSONValue {
        var members: [JSONValue.Member] = [.init("type", .string(UInt256(UInt64(receipt.kind.rawValue)).quantityHex))]
        switch receipt.outcome {
        case .status(let succeeded):
            members.append(.init("root", "0x"))
            members.append(.init("status", succeeded ? "0x1" : "0x0"))
        case .stateRoot(let root): members.append(.init("root", .string(root.hex)))
        }
        members += [
            .init("cumulativeGasUsed", .string(UInt256(receipt.cumulativeGasUsed).quantityHex)),
            .init("logsBloom", .string(receipt.bloom.hex)),
            .init("logs", receipt.logs.isEmpty ? .null : .array(receipt.logs.map { log($0) })),
            .init("transactionHash", .string(item.transaction.hash.hex)),
            .init("contractAddress", .string((item.result.created ?? .zero).hex)),
            .init("gasUsed", .string(UInt256(item.result.gasUsed).quantityHex)),
            .init("blockHash", .string(Hash32.zero.hex)),
            .init("transactionIndex", .string(UInt256(UInt64(index)).quantityHex)),
        ]
        return .object(members)
    }

    private static func log(_ log: Log) -> JSONValue {
        [
            "address": .string(log.address.hex), "topics": .array(log.topics.map { .string($0.hex) }),
            "data": .string(log.data.hex),
        ]
    }
}

/// What a transition says of its block besides roots over transactions.
struct TransitionSummary {
    var members: [JSONValue.Member]
}

extension BlockMachine {
    func summary(requests: [[UInt8]], withdrawals: [Withdrawal]) -> TransitionSummary {
        func quantity(_ value: UInt256) -> JSONValue { .string(value.quantityHex) }
        var members: [JSONValue.Member] = [
            .init("currentDifficulty", fork >= .paris ? .null : quantity(header.difficulty)),
            .init("gasUsed", quantity(UInt256(gasUsed))),
        ]
        if let fee = header.baseFeePerGas { members.append(.init("currentBaseFee", quantity(fee))) }
        if fork >= .shanghai { members.append(.init("withdrawalsRoot", .string(BlockRoots.withdrawals(withdrawals).hex))) }
        if let excess = header.excessBlobGas {
            members.append(.init("currentExcessBlobGas", quantity(UInt256(excess))))
            members.append(.init("blobGasUsed", quantity(UInt256(blobGasUsed))))
        }
        if fork >= .prague {
            members.append(.init("requestsHash", .string(BlockRoots.requests(requests).hex)))
            members.append(.init("requests", .array(requests.map { .string($0.hex) })))
        }
        return TransitionSummary(members: members)
    }
}
