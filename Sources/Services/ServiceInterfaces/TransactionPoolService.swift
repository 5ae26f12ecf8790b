public import Primitives
public import Transactions

/// What waits for a block, by sender.
public struct PoolContent: Sendable {
    /// What the next block could take, by nonce.
    public var pending: [Address: [RecoveredTransaction]]
    /// What waits for an earlier nonce or for funds, by nonce.
    public var queued: [Address: [RecoveredTransaction]]

    public init(pending: [Address: [RecoveredTransaction]] = [:], queued: [Address: [RecoveredTransaction]] = [:]) {
        self.pending = pending
        self.queued = queued
    }
}

/// Why a transaction was not taken, in the words that wallets know.
public struct TransactionRefused: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// The pool of transactions that wait for a block.
public protocol TransactionPoolService: Sendable {
    /// Takes a signed transaction, an EIP-2718 envelope.
    ///
    /// - Returns: its hash.
    /// - Throws: `TransactionRefused` for what is not taken.
    func submit(_ encoded: [UInt8]) async throws -> Hash32
    /// The waiting transaction with the given hash.
    func pooled(_ hash: Hash32) async -> RecoveredTransaction?
    /// The waiting transaction of an account with the given nonce.
    func pooled(of sender: Address, nonce: UInt64) async -> RecoveredTransaction?
    /// The nonce behind an account's pending transactions; `nil` when none is pending.
    func nextNonce(of sender: Address) async -> UInt64?
    func poolCounts() async -> (pending: Int, queued: Int)
    func poolContent() async -> PoolContent
    func poolContent(of sender: Address) async -> PoolContent
    /// Wei per unit of gas that a transaction must offer a block's maker.
    func minimumTip() async -> UInt256
}
