public import Primitives
public import SSZ

/// `Withdrawal`: a payment from the consensus layer to an execution address (capella `beacon-chain.md`).
public struct Withdrawal: Hashable, Sendable {
    public var index: WithdrawalIndex = 0
    /// TRAINER_REWARD_INDEX for a trainer's reward under the `pol` fork.
    public var validatorIndex: ValidatorIndex = 0
    public var address: ExecutionAddress = .zero
    public var amount: Gwei = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(index: WithdrawalIndex, validatorIndex: ValidatorIndex, address: ExecutionAddress, amount: Gwei) {
        self.index = index
        self.validatorIndex = validatorIndex
        self.address = address
        self.amount = amount
    }
}

extension Withdrawal: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("index", &index)
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("address", &address)
        try visitor.visit("amount", &amount)
    }
}
