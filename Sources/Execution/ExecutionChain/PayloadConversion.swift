public import EngineTypes
public import Primitives

extension ExecutionPayload {
    /// The payload that carries `block`. Fields that the block's fork lacks are zero or empty.
    public init(_ block: Block) {
        let header = block.header
        self.init(
            parentHash: header.parentHash, feeRecipient: header.coinbase, stateRoot: header.stateRoot,
            receiptsRoot: header.receiptsRoot, logsBloom: header.logsBloom, prevRandao: header.mixHash,
            blockNumber: header.number, gasLimit: header.gasLimit, gasUsed: header.gasUsed, timestamp: header.timestamp,
            extraData: header.extraData, baseFeePerGas: header.baseFeePerGas ?? .zero, blockHash: header.hash,
            transactions: block.transactions, withdrawals: block.withdrawals ?? [], blobGasUsed: header.blobGasUsed ?? 0,
            excessBlobGas: header.excessBlobGas ?? 0, difficulty: header.difficulty, powNonce: header.nonce)
    }
}

extension Block {
    /// The block that a V4 payload carries, a Prague block.
    ///
    /// - Throws: when the requests are malformed, or the block's hash is not the one that the payload names.
    public init(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) throws(BlockError) {
        // EIP-7685: ascending types, each once, none without data.
        for (index, request) in executionRequests.enumerated() {
            guard request.count > 1, index == 0 || executionRequests[index - 1][0] < request[0] else {
                throw .malformedRequests(index: index)
            }
        }
        self.init(
            header: BlockHeader(
                parentHash: payload.parentHash, coinbase: payload.feeRecipient, stateRoot: payload.stateRoot,
                transactionsRoot: BlockRoots.transactions(payload.transactions), receiptsRoot: payload.receiptsRoot,
                logsBloom: payload.logsBloom, difficulty: payload.difficulty, number: payload.blockNumber,
                gasLimit: payload.gasLimit, gasUsed: payload.gasUsed, timestamp: payload.timestamp,
                extraData: payload.extraData, mixHash: payload.prevRandao, nonce: payload.powNonce,
                baseFeePerGas: payload.baseFeePerGas, withdrawalsRoot: BlockRoots.withdrawals(payload.withdrawals),
                blobGasUsed: payload.blobGasUsed, excessBlobGas: payload.excessBlobGas,
                parentBeaconBlockRoot: parentBeaconBlockRoot, requestsHash: BlockRoots.requests(executionRequests)),
            transactions: payload.transactions, withdrawals: payload.withdrawals)
        let hash = header.hash
        guard hash == payload.blockHash else {
            throw .mismatch(.blockHash, expected: hash.hex, actual: payload.blockHash.hex)
        }
    }
}
