public import Primitives
public import SSZ

/// `DepositData`: a deposit as the deposit contract holds it (phase0 `beacon-chain.md`).
public struct DepositData: Hashable, Sendable {
    public var pubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = .zero
    public var amount: Gwei = 0
    /// Over the `DepositMessage`: the proof of possession of the key.
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei, signature: BLSSignature) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
        self.signature = signature
    }
}

extension DepositData: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("pubkey", &pubkey)
        try visitor.visit("withdrawal_credentials", &withdrawalCredentials)
        try visitor.visit("amount", &amount)
        try visitor.visit("signature", &signature)
    }
}
