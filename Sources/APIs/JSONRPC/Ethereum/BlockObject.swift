import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

/// A block in the form of `eth_getBlockBy…`, with geth's member names and order.
enum BlockObject {
    /// keccak256(rlp([])): this chain has no uncles.
    private static let emptyUnclesHash = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"

    /// - Parameter full: transaction objects instead of hashes.
    static func json(_ block: ExecutionBlock, full: Bool) throws(RPCError) -> JSONValue {
        let payload = block.payload
        let transactions = BlockTransactions(block: block)
        var listed: [JSONValue] = []
        for index in payload.transactions.indices {
            listed.append(full ? try transactions.json(UInt64(index)) : .data(Keccak256.hash(payload.transactions[index])))
        }
        return [
            "baseFeePerGas": .quantity(payload.baseFeePerGas),
            "blobGasUsed": .quantity(payload.blobGasUsed),
            "difficulty": .quantity(payload.difficulty),
            "excessBlobGas": .quantity(payload.excessBlobGas),
            "extraData": .data(payload.extraData),
            "gasLimit": .quantity(payload.gasLimit),
            "gasUsed": .quantity(payload.gasUsed),
            "hash": .data(payload.blockHash),
            "logsBloom": .data(payload.logsBloom.bytes),
            "miner": .data(payload.feeRecipient),
            "mixHash": .data(payload.prevRandao),
            "nonce": .data(payload.powNonce.bytes),
            "number": .quantity(payload.blockNumber),
            "parentBeaconBlockRoot": .data(block.parentBeaconBlockRoot),
            "parentHash": .data(payload.parentHash),
            "receiptsRoot": .data(payload.receiptsRoot),
            "requestsHash": .data(block.requestsHash),
            "sha3Uncles": .string(emptyUnclesHash),
            "size": .quantity(block.size),
            "stateRoot": .data(payload.stateRoot),
            "timestamp": .quantity(payload.timestamp),
            "transactions": .array(listed),
            "transactionsRoot": .data(block.transactionsRoot),
            "uncles": [],
            "withdrawals": .array(payload.withdrawals.map(json)),
            "withdrawalsRoot": .data(block.withdrawalsRoot),
        ]
    }

    private static func json(_ withdrawal: Withdrawal) -> JSONValue {
        [
            "index": .quantity(withdrawal.index),
            "validatorIndex": .quantity(withdrawal.validatorIndex),
            "address": .data(withdrawal.address),
            "amount": .quantity(withdrawal.amount),
        ]
    }
}
