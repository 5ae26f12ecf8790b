public import Primitives
public import SSZ

/// `ExecutionPayload`: the execution block inside a beacon block (deneb `beacon-chain.md`), with the seal under the `pol` fork.
public struct ExecutionPayload: Hashable, Sendable {
    public var parentHash: Hash32 = .zero
    public var feeRecipient: ExecutionAddress = .zero
    public var stateRoot: Bytes32 = .zero
    public var receiptsRoot: Bytes32 = .zero
    public var logsBloom = LogsBloom()
    public var prevRandao: Bytes32 = .zero
    public var blockNumber: UInt64 = 0
    public var gasLimit: UInt64 = 0
    public var gasUsed: UInt64 = 0
    public var timestamp: UInt64 = 0
    public var extraData: [UInt8] = []
    public var baseFeePerGas: UInt256 = .zero
    public var blockHash: Hash32 = .zero
    public var transactions: [Transaction] = []
    public var withdrawals: [Withdrawal] = []
    public var blobGasUsed: UInt64 = 0
    public var excessBlobGas: UInt64 = 0
    /// The Ethash difficulty. `pol` fork only.
    public var difficulty: UInt256 = .zero
    /// The Ethash nonce, as the execution header holds it. `pol` fork only.
    public var powNonce = Bytes8()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        parentHash: Hash32, feeRecipient: ExecutionAddress, stateRoot: Bytes32, receiptsRoot: Bytes32,
        logsBloom: LogsBloom, prevRandao: Bytes32, blockNumber: UInt64, gasLimit: UInt64, gasUsed: UInt64,
        timestamp: UInt64, extraData: [UInt8], baseFeePerGas: UInt256, blockHash: Hash32,
        transactions: [Transaction], withdrawals: [Withdrawal], blobGasUsed: UInt64, excessBlobGas: UInt64,
        difficulty: UInt256 = .zero, powNonce: Bytes8 = Bytes8()
    ) {
        self.parentHash = parentHash
        self.feeRecipient = feeRecipient
        self.stateRoot = stateRoot
        self.receiptsRoot = receiptsRoot
        self.logsBloom = logsBloom
        self.prevRandao = prevRandao
        self.blockNumber = blockNumber
        self.gasLimit = gasLimit
        self.gasUsed = gasUsed
        self.timestamp = timestamp
        self.extraData = extraData
        self.baseFeePerGas = baseFeePerGas
        self.blockHash = blockHash
        self.transactions = transactions
        self.withdrawals = withdrawals
        self.blobGasUsed = blobGasUsed
        self.excessBlobGas = excessBlobGas
        self.difficulty = difficulty
        self.powNonce = powNonce
    }
}

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
