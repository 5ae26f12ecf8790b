public import BeaconTypes
public import EngineTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_execution_payload` (electra beacon-chain, Execution payload), and our fork's rules on difficulty and
    /// extra_data (docs/protocol.md#block-processing).
    package mutating func processExecutionPayload(
        _ body: BeaconBlockBody, isPayloadValid: Bool
    ) throws(StateTransitionError) {
        let payload = body.executionPayload
        let parent = state.latestExecutionPayloadHeader
        // Verify consistency of the parent hash with respect to the previous execution payload header
        try require(
            payload.parentHash == parent.blockHash, .payloadParentHash,
            "\(payload.parentHash.shortHex), expected \(parent.blockHash.shortHex)")
        // Verify prev_randao
        let mix = try getRandaoMix(currentEpoch)
        try require(
            payload.prevRandao == mix, .payloadPrevRandao, "\(payload.prevRandao.shortHex), expected \(mix.shortHex)")
        // Verify timestamp
        let time = try computeTimeAtSlot(state.slot)
        try require(payload.timestamp == time, .payloadTimestamp, "\(payload.timestamp), expected \(time)")
        // Verify commitments are under limit
        try require(
            UInt64(body.blobKzgCommitments.count) <= config.maxBlobsPerBlockElectra, .blobCommitments,
            "\(body.blobKzgCommitments.count)")
        if isPol { try checkPolPayload(payload, parent: parent) }
        // Verify the execution payload is valid
        try require(isPayloadValid, .payloadInvalid, "block \(payload.blockHash.shortHex)")

        // Cache execution payload header
        state.latestExecutionPayloadHeader = ExecutionPayloadHeader(payload, spec)
    }
}

extension ExecutionPayloadHeader {
    /// The header of a payload, with transactions and withdrawals as their roots.
    public init(_ payload: ExecutionPayload, _ spec: BeaconSpec) {
        let transactions = Bound.limit(
            spec.preset.maxTransactionsPerPayload, of: Bound.limit(spec.preset.maxBytesPerTransaction))
        self.init(
            parentHash: payload.parentHash, feeRecipient: payload.feeRecipient, stateRoot: payload.stateRoot,
            receiptsRoot: payload.receiptsRoot, logsBloom: payload.logsBloom, prevRandao: payload.prevRandao,
            blockNumber: payload.blockNumber, gasLimit: payload.gasLimit, gasUsed: payload.gasUsed,
            timestamp: payload.timestamp, extraData: payload.extraData, baseFeePerGas: payload.baseFeePerGas,
            blockHash: payload.blockHash, transactionsRoot: payload.transactions.hashTreeRoot(transactions),
            withdrawalsRoot: payload.withdrawals.hashTreeRoot(.limit(spec.withdrawalsLimit, of: spec)),
            blobGasUsed: payload.blobGasUsed, excessBlobGas: payload.excessBlobGas, difficulty: payload.difficulty,
            powNonce: payload.powNonce)
    }
}
