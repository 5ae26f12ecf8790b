public import Primitives
public import SSZ

/// `WithdrawalRequest`: a withdrawal or exit asked for by the withdrawal address (EIP-7002, electra `beacon-chain.md`).
public struct WithdrawalRequest: Hashable, Sendable {
    public var sourceAddress: ExecutionAddress = .zero
    public var validatorPubkey = BLSPubkey()
    /// FULL_EXIT_REQUEST_AMOUNT (0) asks for a full exit.
    public var amount: Gwei = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(sourceAddress: ExecutionAddress, validatorPubkey: BLSPubkey, amount: Gwei) {
        self.sourceAddress = sourceAddress
        self.validatorPubkey = validatorPubkey
        self.amount = amount
    }
}

extension WithdrawalRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("source_address", &sourceAddress)
        try visitor.visit("validator_pubkey", &validatorPubkey)
        try visitor.visit("amount", &amount)
    }
}
