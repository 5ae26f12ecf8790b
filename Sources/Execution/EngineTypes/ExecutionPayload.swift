public import Primitives

/// `ExecutionPayloadV3` of the Engine API with the two fields that carry this chain's proof-of-work seal: what the two layers
/// exchange, and what a beacon block holds (`BeaconTypes` gives it its SSZ form).
///
/// The header fields that the payload leaves out follow from it: the transactions and withdrawals roots are
/// computed, the uncles are empty, and the parent beacon root and the requests travel beside the payload.
public struct ExecutionPayload: Hashable, Sendable {
    public var parentHash: Hash32 = .zero
    /// The header's `coinbase`.
    public var feeRecipient: Address = .zero
    public var stateRoot: Hash32 = .zero
    public var receiptsRoot: Hash32 = .zero
    public var logsBloom: LogsBloom = LogsBloom()
    /// The header's `mixHash`.
    public var prevRandao: Hash32 = .zero
    public var blockNumber: UInt64 = 0
    public var gasLimit: UInt64 = 0
    public var gasUsed: UInt64 = 0
    /// Seconds since the Unix epoch.
    public var timestamp: UInt64 = 0
    /// 64 bytes on this chain: the parent hash, then the update id.
    public var extraData: [UInt8] = []
    /// Wei per gas.
    public var baseFeePerGas: UInt256 = .zero
    public var blockHash: Hash32 = .zero
    /// EIP-2718 envelopes.
    public var transactions: [[UInt8]] = []
    public var withdrawals: [Withdrawal] = []
    public var blobGasUsed: UInt64 = 0
    public var excessBlobGas: UInt64 = 0
    /// The seal's difficulty: the Ethash result is at most 2^256 / difficulty.
    public var difficulty: UInt256 = .zero
    /// The seal's nonce, big-endian as in the header.
    public var powNonce: Bytes8 = Bytes8()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field; what is left out is zero or empty.
    public init(
        parentHash: Hash32, feeRecipient: Address = .zero, stateRoot: Hash32 = .zero, receiptsRoot: Hash32 = .zero,
        logsBloom: LogsBloom = LogsBloom(), prevRandao: Hash32 = .zero, blockNumber: UInt64 = 0, gasLimit: UInt64 = 0,
        gasUsed: UInt64 = 0, timestamp: UInt64 = 0, extraData: [UInt8] = [], baseFeePerGas: UInt256 = .zero,
        blockHash: Hash32 = .zero, transactions: [[UInt8]] = [], withdrawals: [Withdrawal] = [], blobGasUsed: UInt64 = 0,
        excessBlobGas: UInt64 = 0, difficulty: UInt256 = .zero, powNonce: Bytes8 = Bytes8()
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
