public import SSZ

/// `PendingPartialWithdrawal`: part of a balance on its way out (electra `beacon-chain.md`).
public struct PendingPartialWithdrawal: Hashable, Sendable {
    public var validatorIndex: ValidatorIndex = 0
    public var amount: Gwei = 0
    public var withdrawableEpoch: Epoch = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(validatorIndex: ValidatorIndex, amount: Gwei, withdrawableEpoch: Epoch) {
        self.validatorIndex = validatorIndex
        self.amount = amount
        self.withdrawableEpoch = withdrawableEpoch
    }
}

extension PendingPartialWithdrawal: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("amount", &amount)
        try visitor.visit("withdrawable_epoch", &withdrawableEpoch)
    }
}
