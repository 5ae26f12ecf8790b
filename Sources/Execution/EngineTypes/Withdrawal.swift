public import Primitives

/// A credit from the consensus layer to an execution account (EIP-4895).
public struct Withdrawal: Hashable, Sendable {
    /// Running number over all withdrawals of the chain.
    public var index: UInt64 = 0
    /// Registry index of the validator; `UInt64.max` for a reward to a trainer.
    public var validatorIndex: UInt64 = 0
    /// The account credited.
    public var address: Address = .zero
    /// Amount in Gwei (10^9 wei).
    public var amount: UInt64 = 0

    /// All fields zero.
    public init() {}

    public init(index: UInt64, validatorIndex: UInt64, address: Address, amount: UInt64) {
        self.index = index
        self.validatorIndex = validatorIndex
        self.address = address
        self.amount = amount
    }
}
