/// Transactions in the order in which a builder should try them. Those of one sender come by nonce.
public protocol TransactionSupply: Sendable {
    /// The best transaction that is left; `nil` at the end.
    mutating func next() -> RecoveredTransaction?
    /// Gives up what the sender of the latest transaction has left: it could not be applied, so its later ones cannot either.
    mutating func abandonSender()
}
