public import Primitives

/// An execution block header: fifteen fields since Frontier, six more since (Yellow Paper 4.3; EIPs 1559, 4895,
/// 4844, 4788, 7685). A `nil` field is one that the block's fork does not have.
public struct BlockHeader: Hashable, Sendable {
    public var parentHash: Hash32
    public var ommersHash: Hash32
    public var coinbase: Address
    public var stateRoot: Hash32
    public var transactionsRoot: Hash32
    public var receiptsRoot: Hash32
    public var logsBloom: LogsBloom
    public var difficulty: UInt256
    public var number: UInt64
    public var gasLimit: UInt64
    public var gasUsed: UInt64
    /// Seconds since the Unix epoch.
    public var timestamp: UInt64
    public var extraData: [UInt8]
    /// The Ethash mix digest before the merge, `prevRandao` since (EIP-4399).
    public var mixHash: Hash32
    public var nonce: Bytes8
    /// Wei per gas.
    public var baseFeePerGas: UInt256?
    public var withdrawalsRoot: Hash32?
    public var blobGasUsed: UInt64?
    public var excessBlobGas: UInt64?
    public var parentBeaconBlockRoot: Hash32?
    public var requestsHash: Hash32?

    public init(
        parentHash: Hash32 = .zero, ommersHash: Hash32 = BlockRoots.emptyOmmers, coinbase: Address = .zero,
        stateRoot: Hash32 = BlockRoots.emptyTrie, transactionsRoot: Hash32 = BlockRoots.emptyTrie,
        receiptsRoot: Hash32 = BlockRoots.emptyTrie, logsBloom: LogsBloom = LogsBloom(), difficulty: UInt256 = .zero,
        number: UInt64 = 0, gasLimit: UInt64 = 0, gasUsed: UInt64 = 0, timestamp: UInt64 = 0, extraData: [UInt8] = [],
        mixHash: Hash32 = .zero, nonce: Bytes8 = Bytes8(), baseFeePerGas: UInt256? = nil, withdrawalsRoot: Hash32? = nil,
        blobGasUsed: UInt64? = nil, excessBlobGas: UInt64? = nil, parentBeaconBlockRoot: Hash32? = nil,
        requestsHash: Hash32? = nil
    ) {
        self.parentHash = parentHash
        self.ommersHash = ommersHash
        self.coinbase = coinbase
        self.stateRoot = stateRoot
        self.transactionsRoot = transactionsRoot
        self.receiptsRoot = receiptsRoot
        self.logsBloom = logsBloom
        self.difficulty = difficulty
        self.number = number
        self.gasLimit = gasLimit
        self.gasUsed = gasUsed
        self.timestamp = timestamp
        self.extraData = extraData
        self.mixHash = mixHash
        self.nonce = nonce
        self.baseFeePerGas = baseFeePerGas
        self.withdrawalsRoot = withdrawalsRoot
        self.blobGasUsed = blobGasUsed
        self.excessBlobGas = excessBlobGas
        self.parentBeaconBlockRoot = parentBeaconBlockRoot
        self.requestsHash = requestsHash
    }

    /// The update that the block's extra data names: its second half; `nil` unless there are 64 bytes.
    public var updateID: Hash32? { extraData.count == 64 ? Hash32(extraData.suffix(32)) : nil }
}
