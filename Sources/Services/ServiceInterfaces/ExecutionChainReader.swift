public import EngineTypes
public import ExecutionChain
public import Primitives

/// How a caller names an execution block.
public enum ExecutionBlockID: Hashable, Sendable {
    case earliest
    /// The head of the canonical chain.
    case latest
    /// The latest justified block; `nil` answers before there is one.
    case safe
    /// The latest finalised block; genesis before there is another.
    case finalized
    /// A block of the canonical chain by its height.
    case number(UInt64)
    case hash(Hash32)
}

/// A block as the execution chain holds it: the payload, and the header fields that a payload leaves out.
///
/// Fields that `fork` does not have are zero or empty.
public struct ExecutionBlock: Hashable, Sendable {
    public var payload: ExecutionPayload
    public var transactionsRoot: Hash32
    public var withdrawalsRoot: Hash32
    /// EIP-4788.
    public var parentBeaconBlockRoot: Hash32
    /// EIP-7685.
    public var requestsHash: Hash32
    /// Bytes of the block's RLP.
    public var size: UInt64
    /// The rules that the block follows. This project's chain follows Prague from genesis.
    public var fork: ExecutionFork
    /// Headers of uncles; none since the merge.
    public var ommers: [BlockHeader]
    /// Wei for a unit of blob gas in this block.
    public var blobBaseFee: UInt256

    public init(
        payload: ExecutionPayload, transactionsRoot: Hash32, withdrawalsRoot: Hash32, parentBeaconBlockRoot: Hash32,
        requestsHash: Hash32, size: UInt64, fork: ExecutionFork = .prague, ommers: [BlockHeader] = [], blobBaseFee: UInt256 = 1
    ) {
        self.payload = payload
        self.transactionsRoot = transactionsRoot
        self.withdrawalsRoot = withdrawalsRoot
        self.parentBeaconBlockRoot = parentBeaconBlockRoot
        self.requestsHash = requestsHash
        self.size = size
        self.fork = fork
        self.ommers = ommers
        self.blobBaseFee = blobBaseFee
    }

    /// A block of a chain with the given rules.
    public init(_ block: Block, rules: ChainConfig) {
        let header = block.header
        self.init(
            payload: ExecutionPayload(block), transactionsRoot: header.transactionsRoot,
            withdrawalsRoot: header.withdrawalsRoot ?? BlockRoots.emptyTrie,
            parentBeaconBlockRoot: header.parentBeaconBlockRoot ?? .zero,
            requestsHash: header.requestsHash ?? BlockRoots.emptyRequests, size: UInt64(block.encoded.count),
            fork: rules.fork(number: header.number, timestamp: header.timestamp), ommers: block.ommers,
            blobBaseFee: rules.blobBaseFee(header))
    }
}

/// An account at one block. An account that does not exist is empty.
public struct ExecutionAccount: Hashable, Sendable {
    /// Wei.
    public var balance: UInt256
    public var nonce: UInt64
    public var code: [UInt8]

    public init(balance: UInt256 = .zero, nonce: UInt64 = 0, code: [UInt8] = []) {
        self.balance = balance
        self.nonce = nonce
        self.code = code
    }
}

/// How far a node that is catching up has come.
public struct ExecutionSyncProgress: Hashable, Sendable {
    public var startingBlock: UInt64
    public var currentBlock: UInt64
    public var highestBlock: UInt64

    public init(startingBlock: UInt64, currentBlock: UInt64, highestBlock: UInt64) {
        self.startingBlock = startingBlock
        self.currentBlock = currentBlock
        self.highestBlock = highestBlock
    }
}

/// What an execution node lets its readers see: the JSON-RPC door, the dashboard.
public protocol ExecutionChainReader: Sendable {
    /// EIP-155 chain id; also the network id.
    var chainID: UInt64 { get }

    /// The named block, or `nil` when this node does not have it.
    func block(_ id: ExecutionBlockID) async throws -> ExecutionBlock?
    /// Whether the block is the head or its ancestor.
    func isCanonical(_ blockHash: Hash32) async throws -> Bool
    /// The account after the named block, or `nil` when this node does not hold that block's state.
    func account(_ address: Address, at id: ExecutionBlockID) async throws -> ExecutionAccount?
    /// `nil` when the node is not catching up.
    func syncProgress() async -> ExecutionSyncProgress?
    /// Peers of the execution P2P network.
    func peerCount() async -> Int
    /// Whether a payload is being sealed now, and the latest speed in hashes a second.
    func sealing() async -> (isActive: Bool, hashesPerSecond: UInt64)
}
