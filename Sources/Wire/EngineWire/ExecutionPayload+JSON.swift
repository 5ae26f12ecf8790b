public import EngineTypes
public import JSON
import Primitives

extension ExecutionPayload {
    /// `ExecutionPayloadV3` with the members `difficulty` (QUANTITY) and `powNonce` (8 bytes) of this chain's seal.
    public var engineJSON: JSONValue {
        [
            "parentHash": .string(parentHash.hex), "feeRecipient": .string(feeRecipient.hex), "stateRoot": .string(stateRoot.hex),
            "receiptsRoot": .string(receiptsRoot.hex), "logsBloom": .data(logsBloom.bytes), "prevRandao": .string(prevRandao.hex),
            "blockNumber": .quantity(blockNumber), "gasLimit": .quantity(gasLimit), "gasUsed": .quantity(gasUsed),
            "timestamp": .quantity(timestamp), "extraData": .data(extraData), "baseFeePerGas": .quantity(baseFeePerGas),
            "blockHash": .string(blockHash.hex), "transactions": .array(transactions.map { .data($0) }),
            "withdrawals": .array(withdrawals.map(\.engineJSON)), "blobGasUsed": .quantity(blobGasUsed),
            "excessBlobGas": .quantity(excessBlobGas), "difficulty": .quantity(difficulty), "powNonce": .data(powNonce.bytes),
        ]
    }

    /// Reads what ``engineJSON`` writes.
    public init(_ field: EngineField) throws(EngineWireError) {
        self.init()
        parentHash = try field["parentHash"].hash()
        feeRecipient = try field["feeRecipient"].address()
        stateRoot = try field["stateRoot"].hash()
        receiptsRoot = try field["receiptsRoot"].hash()
        logsBloom = LogsBloom(try field["logsBloom"].data(exactly: 256)) ?? LogsBloom()
        prevRandao = try field["prevRandao"].hash()
        blockNumber = try field["blockNumber"].uint64()
        gasLimit = try field["gasLimit"].uint64()
        gasUsed = try field["gasUsed"].uint64()
        timestamp = try field["timestamp"].uint64()
        extraData = try field["extraData"].data(atMost: EngineLimits.extraData)
        baseFeePerGas = try field["baseFeePerGas"].uint256()
        blockHash = try field["blockHash"].hash()
        transactions = []
        for element in try field["transactions"].elements(atMost: EngineLimits.transactions) {
            transactions.append(try element.data(atMost: EngineLimits.messageBytes))
        }
        withdrawals = try [Withdrawal](field["withdrawals"])
        blobGasUsed = try field["blobGasUsed"].uint64()
        excessBlobGas = try field["excessBlobGas"].uint64()
        difficulty = try field["difficulty"].uint256()
        powNonce = try field["powNonce"].bytes8()
    }
}
