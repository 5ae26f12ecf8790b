public import ExecutionChain
public import Primitives
public import Transactions

/// What peers say of blocks and transactions (devp2p, `caps/eth.md`, versions 68 and 69).
public enum EthMessage: Sendable, Hashable {
    /// Where a question for headers begins.
    public enum Origin: Sendable, Hashable {
        case hash(Hash32)
        case number(UInt64)
    }

    public struct HeaderRequest: Sendable, Hashable {
        public var origin: Origin
        public var limit: UInt64
        /// Blocks left out between two.
        public var skip: UInt64
        /// Towards the genesis.
        public var isReverse: Bool

        public init(origin: Origin, limit: UInt64, skip: UInt64 = 0, isReverse: Bool = false) {
            (self.origin, self.limit, self.skip, self.isReverse) = (origin, limit, skip, isReverse)
        }
    }

    public struct BlockAnnouncement: Sendable, Hashable {
        public var hash: Hash32
        public var number: UInt64

        public init(hash: Hash32, number: UInt64) { (self.hash, self.number) = (hash, number) }
    }

    public struct TransactionAnnouncement: Sendable, Hashable {
        public var type: UInt8
        /// Bytes of the EIP-2718 envelope.
        public var size: UInt64
        public var hash: Hash32

        public init(type: UInt8, size: UInt64, hash: Hash32) { (self.type, self.size, self.hash) = (type, size, hash) }
    }

    case status(EthStatus)
    case newBlockHashes([BlockAnnouncement])
    /// EIP-2718 envelopes.
    case transactions([[UInt8]])
    case getBlockHeaders(id: UInt64, HeaderRequest)
    case blockHeaders(id: UInt64, [BlockHeader])
    case getBlockBodies(id: UInt64, [Hash32])
    case blockBodies(id: UInt64, [BlockBody])
    case newBlock(Block, totalDifficulty: UInt256)
    case newPooledTransactionHashes([TransactionAnnouncement])
    case getPooledTransactions(id: UInt64, [Hash32])
    /// EIP-2718 envelopes; those of blob transactions with their blobs.
    case pooledTransactions(id: UInt64, [[UInt8]])
    case getReceipts(id: UInt64, [Hash32])
    /// A list a block.
    case receipts(id: UInt64, [[Receipt]])
    /// eth/69.
    case blockRangeUpdate(ClosedRange<UInt64>, head: Hash32)

    /// Its number in the protocol.
    public var code: UInt64 {
        switch self {
        case .status: 0x00
        case .newBlockHashes: 0x01
        case .transactions: 0x02
        case .getBlockHeaders: 0x03
        case .blockHeaders: 0x04
        case .getBlockBodies: 0x05
        case .blockBodies: 0x06
        case .newBlock: 0x07
        case .newPooledTransactionHashes: 0x08
        case .getPooledTransactions: 0x09
        case .pooledTransactions: 0x0a
        case .getReceipts: 0x0f
        case .receipts: 0x10
        case .blockRangeUpdate: 0x11
        }
    }

    /// What a question and its answer share.
    public var requestID: UInt64? {
        switch self {
        case .getBlockHeaders(let id, _), .blockHeaders(let id, _), .getBlockBodies(let id, _), .blockBodies(let id, _),
            .getPooledTransactions(let id, _), .pooledTransactions(let id, _), .getReceipts(let id, _), .receipts(let id, _):
            id
        default: nil
        }
    }

    /// The number of the message that answers this one.
    public var answerCode: UInt64? {
        switch self {
        case .getBlockHeaders, .getBlockBodies, .getPooledTransactions, .getReceipts: code + 1
        default: nil
        }
    }
}
