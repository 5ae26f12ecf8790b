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
    /// The block that a payload carries under `fork`, which decides what of it and of what comes beside it is in the header.
    ///
    /// - Throws: when the requests are malformed, or the block's hash is not the one that the payload names.
    public init(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]], fork: ExecutionFork = .prague
    ) throws(BlockError) {
        // EIP-7685: ascending types, each once, none without data.
        for (index, request) in executionRequests.enumerated() {
            guard request.count > 1, index == 0 || executionRequests[index - 1][0] < request[0] else {
                throw .malformedRequests(index: index)
            }
        }
        var header = BlockHeader(
            parentHash: payload.parentHash, coinbase: payload.feeRecipient, stateRoot: payload.stateRoot,
            transactionsRoot: BlockRoots.transactions(payload.transactions), receiptsRoot: payload.receiptsRoot,
            logsBloom: payload.logsBloom, difficulty: payload.difficulty, number: payload.blockNumber,
            gasLimit: payload.gasLimit, gasUsed: payload.gasUsed, timestamp: payload.timestamp,
            extraData: payload.extraData, mixHash: payload.prevRandao, nonce: payload.powNonce,
            baseFeePerGas: payload.baseFeePerGas)
        if fork >= .shanghai { header.withdrawalsRoot = BlockRoots.withdrawals(payload.withdrawals) }
        if fork >= .cancun {
            header.blobGasUsed = payload.blobGasUsed
            header.excessBlobGas = payload.excessBlobGas
            header.parentBeaconBlockRoot = parentBeaconBlockRoot
        }
        if fork >= .prague { header.requestsHash = BlockRoots.requests(executionRequests) }
        self.init(header: header, transactions: payload.transactions, withdrawals: fork >= .shanghai ? payload.withdrawals : nil)
        let hash = header.hash
        guard hash == payload.blockHash else {
            throw .mismatch(.blockHash, expected: hash.hex, actual: payload.blockHash.hex)
        }
    }
}
