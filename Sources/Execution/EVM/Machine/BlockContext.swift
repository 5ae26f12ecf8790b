public import Primitives
public import StateTrie

/// What contracts see of the block.
public struct BlockContext: Sendable {
    public var coinbase: Address
    public var number: UInt64
    public var timestamp: UInt64
    public var gasLimit: UInt64
    /// The difficulty before the merge, prevRandao since.
    public var prevRandao: UInt256
    public var baseFee: UInt256
    public var blobBaseFee: UInt256
    public var chainID: UInt64
    /// The hashes of the 256 blocks before this one, by number.
    public var blockHash: @Sendable (UInt64) throws(StateTrieError) -> Hash32?

    public init(
        coinbase: Address = .zero, number: UInt64 = 0, timestamp: UInt64 = 0,
        gasLimit: UInt64 = 30_000_000,
        prevRandao: UInt256 = .zero, baseFee: UInt256 = .zero, blobBaseFee: UInt256 = 1,
        chainID: UInt64 = 1,
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) {
        self.coinbase = coinbase
        self.number = number
        self.timestamp = timestamp
        self.gasLimit = gasLimit
        self.prevRandao = prevRandao
        self.baseFee = baseFee
        self.blobBaseFee = blobBaseFee
        self.chainID = chainID
        self.blockHash = blockHash
    }
}

/// What contracts see of the transaction.
public struct TransactionContext: Sendable {
    public var origin: Address
    public var gasPrice: UInt256
    public var blobHashes: [Hash32]

    public init(origin: Address = .zero, gasPrice: UInt256 = .zero, blobHashes: [Hash32] = []) {
        self.origin = origin
        self.gasPrice = gasPrice
        self.blobHashes = blobHashes
    }
}
