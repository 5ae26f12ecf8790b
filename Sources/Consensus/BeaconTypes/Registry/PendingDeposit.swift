public import Primitives
public import SSZ

/// `PendingDeposit`: a deposit waiting for its place in the activation churn (electra `beacon-chain.md`).
public struct PendingDeposit: Hashable, Sendable {
    public var pubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = .zero
    public var amount: Gwei = 0
    public var signature = BLSSignature()
    /// The slot of the request, GENESIS_SLOT for deposits of the old contract bridge.
    public var slot: Slot = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei, signature: BLSSignature, slot: Slot) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
        self.signature = signature
        self.slot = slot
    }
}

extension PendingDeposit: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("pubkey", &pubkey)
        try visitor.visit("withdrawal_credentials", &withdrawalCredentials)
        try visitor.visit("amount", &amount)
        try visitor.visit("signature", &signature)
        try visitor.visit("slot", &slot)
    }
}
