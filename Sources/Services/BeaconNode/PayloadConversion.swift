public import BeaconTypes
public import EngineTypes
import Primitives
import StateTransition
import SSZ

extension BeaconTypes.ExecutionPayload {
    /// The payload as the Engine API carries it.
    var engineForm: EngineTypes.ExecutionPayload {
        EngineTypes.ExecutionPayload(
            parentHash: parentHash, feeRecipient: feeRecipient, stateRoot: stateRoot, receiptsRoot: receiptsRoot,
            logsBloom: logsBloom, prevRandao: prevRandao, blockNumber: blockNumber, gasLimit: gasLimit, gasUsed: gasUsed,
            timestamp: timestamp, extraData: extraData, baseFeePerGas: baseFeePerGas, blockHash: blockHash,
            transactions: transactions, withdrawals: withdrawals.map(\.engineForm), blobGasUsed: blobGasUsed,
            excessBlobGas: excessBlobGas, difficulty: difficulty, powNonce: powNonce)
    }

    init(engineForm payload: EngineTypes.ExecutionPayload) {
        self.init(
            parentHash: payload.parentHash, feeRecipient: payload.feeRecipient, stateRoot: payload.stateRoot,
            receiptsRoot: payload.receiptsRoot, logsBloom: payload.logsBloom, prevRandao: payload.prevRandao,
            blockNumber: payload.blockNumber, gasLimit: payload.gasLimit, gasUsed: payload.gasUsed,
            timestamp: payload.timestamp, extraData: payload.extraData, baseFeePerGas: payload.baseFeePerGas,
            blockHash: payload.blockHash, transactions: payload.transactions,
            withdrawals: payload.withdrawals.map(BeaconTypes.Withdrawal.init(engineForm:)), blobGasUsed: payload.blobGasUsed,
            excessBlobGas: payload.excessBlobGas, difficulty: payload.difficulty, powNonce: payload.powNonce)
    }
}

extension BeaconTypes.Withdrawal {
    var engineForm: EngineTypes.Withdrawal {
        EngineTypes.Withdrawal(index: index, validatorIndex: validatorIndex, address: address, amount: amount)
    }

    init(engineForm withdrawal: EngineTypes.Withdrawal) {
        self.init(
            index: withdrawal.index, validatorIndex: withdrawal.validatorIndex, address: withdrawal.address,
            amount: withdrawal.amount)
    }
}

extension ExecutionPayloadHeader {
    /// The header that stands for an execution payload in the beacon state, for the execution genesis.
    public init(engineForm payload: EngineTypes.ExecutionPayload, _ spec: BeaconSpec) {
        self.init(BeaconTypes.ExecutionPayload(engineForm: payload), spec)
    }
}
