import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

/// A block in the form of `eth_getBlockBy…`, with geth's member names and order. What the block's fork does not have is absent.
enum BlockObject {
    /// - Parameter full: transaction objects instead of hashes.
    static func json(_ block: ExecutionBlock, full: Bool) throws(RPCError) -> JSONValue {
        let transactions = BlockTransactions(block: block)
        var listed: [JSONValue] = []
        for index in block.payload.transactions.indices {
            listed.append(full ? try transactions.json(UInt64(index)) : .data(Keccak256.hash(block.payload.transactions[index])))
        }
        return .object(members(block, transactions: listed))
    }

    /// - Parameter transactions: the block's, as hashes or objects.
    static func members(_ block: ExecutionBlock, transactions: [JSONValue]) -> [JSONValue.Member] {
        let payload = block.payload
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: JSONValue, since fork: ExecutionFork = .frontier) {
            if block.fork >= fork { members.append(.init(name, value)) }
        }
        add("baseFeePerGas", .quantity(payload.baseFeePerGas), since: .london)
        add("blobGasUsed", .quantity(payload.blobGasUsed), since: .cancun)
        add("difficulty", .quantity(payload.difficulty))
        add("excessBlobGas", .quantity(payload.excessBlobGas), since: .cancun)
        add("extraData", .data(payload.extraData))
        add("gasLimit", .quantity(payload.gasLimit))
        add("gasUsed", .quantity(payload.gasUsed))
        add("hash", .data(payload.blockHash))
        add("logsBloom", .data(payload.logsBloom.bytes))
        add("miner", .data(payload.feeRecipient))
        add("mixHash", .data(payload.prevRandao))
        add("nonce", .data(payload.powNonce.bytes))
        add("number", .quantity(payload.blockNumber))
        add("parentBeaconBlockRoot", .data(block.parentBeaconBlockRoot), since: .cancun)
        add("parentHash", .data(payload.parentHash))
        add("receiptsRoot", .data(payload.receiptsRoot))
        add("requestsHash", .data(block.requestsHash), since: .prague)
        add("sha3Uncles", .data(BlockRoots.ommers(block.ommers)))
        add("size", .quantity(block.size))
        add("stateRoot", .data(payload.stateRoot))
        add("timestamp", .quantity(payload.timestamp))
        add("transactions", .array(transactions))
        add("transactionsRoot", .data(block.transactionsRoot))
        add("uncles", .array(block.ommers.map { .data($0.hash) }))
        add("withdrawals", .array(payload.withdrawals.map(json)), since: .shanghai)
        add("withdrawalsRoot", .data(block.withdrawalsRoot), since: .shanghai)
        return members
    }

    static func json(_ withdrawal: Withdrawal) -> JSONValue {
        [
            "index": .quantity(withdrawal.index),
            "validatorIndex": .quantity(withdrawal.validatorIndex),
            "address": .data(withdrawal.address),
            "amount": .quantity(withdrawal.amount),
        ]
    }
}
