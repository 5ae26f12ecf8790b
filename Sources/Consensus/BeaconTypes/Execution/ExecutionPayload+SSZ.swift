public import EngineTypes
import Primitives
public import SSZ

/// `ExecutionPayload`: the execution block inside a beacon block (deneb `beacon-chain.md`), with the seal under the `pol` fork.
/// The fields stand in EngineTypes: it is the payload that the Engine API carries.
extension ExecutionPayload: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("parent_hash", &parentHash)
        try visitor.visit("fee_recipient", &feeRecipient)
        try visitor.visit("state_root", &stateRoot)
        try visitor.visit("receipts_root", &receiptsRoot)
        try visitor.visit("logs_bloom", &logsBloom)
        try visitor.visit("prev_randao", &prevRandao)
        try visitor.visit("block_number", &blockNumber)
        try visitor.visit("gas_limit", &gasLimit)
        try visitor.visit("gas_used", &gasUsed)
        try visitor.visit("timestamp", &timestamp)
        try visitor.visit("extra_data", &extraData, .limit(spec.preset.maxExtraDataBytes))
        try visitor.visit("base_fee_per_gas", &baseFeePerGas)
        try visitor.visit("block_hash", &blockHash)
        try visitor.visit(
            "transactions", &transactions, .limit(spec.preset.maxTransactionsPerPayload, of: .limit(spec.preset.maxBytesPerTransaction)))
        try visitor.visit("withdrawals", &withdrawals, .limit(spec.withdrawalsLimit, of: spec))
        try visitor.visit("blob_gas_used", &blobGasUsed)
        try visitor.visit("excess_blob_gas", &excessBlobGas)
        guard spec.fork == .pol else { return }
        try visitor.visit("difficulty", &difficulty)
        try visitor.visit("pow_nonce", &powNonce)
    }
}
