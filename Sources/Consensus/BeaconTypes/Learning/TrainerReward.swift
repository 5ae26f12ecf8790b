public import Primitives
public import SSZ

/// `TrainerReward`: a payment waiting for the next payload's withdrawals. Part of the `pol` fork.
public struct TrainerReward: Hashable, Sendable {
    public var address: ExecutionAddress = .zero
    public var amount: Gwei = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(address: ExecutionAddress, amount: Gwei) {
        self.address = address
        self.amount = amount
    }
}

extension TrainerReward: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("address", &address)
        try visitor.visit("amount", &amount)
    }
}
