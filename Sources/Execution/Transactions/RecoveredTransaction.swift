public import EVM
public import Primitives

/// A signed transaction with what is costly to find out again: who signed it, its hash and its encoding.
///
/// A reference, because pools, builders and readers hand it on.
public final class RecoveredTransaction: Sendable, Hashable {
    public let transaction: Transaction
    public let sender: Address
    public let hash: Hash32
    /// The EIP-2718 envelope.
    public let encoded: [UInt8]
    /// - Parameter sender: the account whose signature the transaction bears; the caller has made sure.
    public init(_ transaction: Transaction, sender: Address, encoded: [UInt8]) {
        self.transaction = transaction
        self.sender = sender
        self.encoded = encoded
        hash = Keccak256.hash(encoded)
    }

    /// Reads an EIP-2718 envelope and recovers its sender.
    public convenience init(encoded: [UInt8], _ revision: EVMRevision = .prague) throws(TransactionError) {
        let transaction = try Transaction(encoded: encoded)
        self.init(transaction, sender: try transaction.sender(revision), encoded: encoded)
    }

    public static func == (left: RecoveredTransaction, right: RecoveredTransaction) -> Bool { left.hash == right.hash }
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
