public import EVM
public import Primitives
public import Transactions

/// A log with where it stands.
public struct FoundLog: Sendable, Hashable {
    public var log: Log
    public var block: Hash32
    public var number: UInt64
    /// The block's.
    public var timestamp: UInt64
    public var transaction: Hash32
    public var transactionIndex: UInt64
    /// Among the block's logs.
    public var index: UInt64

    public init(
        log: Log, block: Hash32, number: UInt64, timestamp: UInt64, transaction: Hash32, transactionIndex: UInt64, index: UInt64
    ) {
        self.log = log
        self.block = block
        self.number = number
        self.timestamp = timestamp
        self.transaction = transaction
        self.transactionIndex = transactionIndex
        self.index = index
    }
}

/// What came of the transactions of an execution chain.
public protocol TransactionReader: Sendable {
    /// The canonical block that holds the transaction, and its place there.
    func place(of transaction: Hash32) async throws -> (block: Hash32, index: UInt64)?
    /// A block's receipts; `nil` for a block that this node does not have or did not execute.
    func receipts(of block: Hash32) async throws -> [Receipt]?
    /// The canonical blocks' logs that match, in their order; at most `limit` and one more.
    func logs(_ filter: LogFilter, in blocks: ClosedRange<UInt64>, limit: Int) async throws -> [FoundLog]
    /// One block's logs that match; `nil` for a block that this node does not have.
    func logs(_ filter: LogFilter, of block: Hash32) async throws -> [FoundLog]?
}
