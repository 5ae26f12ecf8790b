public import Primitives
public import SSZ

/// `DepositMessage`: what the depositor signs (phase0 `beacon-chain.md`).
public struct DepositMessage: Hashable, Sendable {
    public var pubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = .zero
    public var amount: Gwei = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
    }
}

extension DepositMessage: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("pubkey", &pubkey)
        try visitor.visit("withdrawal_credentials", &withdrawalCredentials)
        try visitor.visit("amount", &amount)
    }
}
