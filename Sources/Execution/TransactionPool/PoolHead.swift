public import EVM
public import Primitives

/// What a pool must know of the chain: its rules, and what the next block looks like.
public struct PoolHead: Sendable, Hashable {
    public var chainID: UInt64
    /// The next block's rules.
    public var revision: EVMRevision
    /// The head's gas limit: more than a transaction may ask for.
    public var gasLimit: UInt64
    /// The next block's base fee.
    public var baseFee: UInt256
    /// The head's, in seconds since the Unix epoch.
    public var timestamp: UInt64

    public init(chainID: UInt64, revision: EVMRevision, gasLimit: UInt64, baseFee: UInt256, timestamp: UInt64) {
        self.chainID = chainID
        self.revision = revision
        self.gasLimit = gasLimit
        self.baseFee = baseFee
        self.timestamp = timestamp
    }
}

/// An account at the head, as far as its transactions depend on it.
public struct AccountStanding: Sendable, Hashable {
    /// What an account's own code says about its transactions.
    public enum Code: Sendable, Hashable {
        case none
        /// EIP-7702: others may move its nonce and funds.
        case delegation
        /// A contract, which signs nothing (EIP-3607).
        case contract
    }

    public var nonce: UInt64
    /// Wei.
    public var balance: UInt256
    public var code: Code

    public init(nonce: UInt64 = 0, balance: UInt256 = .zero, code: Code = .none) {
        self.nonce = nonce
        self.balance = balance
        self.code = code
    }
}
