public import Primitives
public import SSZ

/// `DepositRequest`: a deposit that the execution layer reports (EIP-6110, electra `beacon-chain.md`).
public struct DepositRequest: Hashable, Sendable {
    public var pubkey = BLSPubkey()
    public var withdrawalCredentials: Bytes32 = .zero
    public var amount: Gwei = 0
    public var signature = BLSSignature()
    /// The deposit contract's running number.
    public var index: UInt64 = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        pubkey: BLSPubkey, withdrawalCredentials: Bytes32, amount: Gwei, signature: BLSSignature, index: UInt64
    ) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.amount = amount
        self.signature = signature
        self.index = index
    }
}

extension DepositRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("pubkey", &pubkey)
        try visitor.visit("withdrawal_credentials", &withdrawalCredentials)
        try visitor.visit("amount", &amount)
        try visitor.visit("signature", &signature)
        try visitor.visit("index", &index)
    }
}
