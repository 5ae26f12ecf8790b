public import Primitives
public import SSZ

/// `ConsolidationRequest`: asks to merge one validator into another (EIP-7251, electra `beacon-chain.md`).
public struct ConsolidationRequest: Hashable, Sendable {
    public var sourceAddress: ExecutionAddress = .zero
    public var sourcePubkey = BLSPubkey()
    public var targetPubkey = BLSPubkey()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(sourceAddress: ExecutionAddress, sourcePubkey: BLSPubkey, targetPubkey: BLSPubkey) {
        self.sourceAddress = sourceAddress
        self.sourcePubkey = sourcePubkey
        self.targetPubkey = targetPubkey
    }
}

extension ConsolidationRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("source_address", &sourceAddress)
        try visitor.visit("source_pubkey", &sourcePubkey)
        try visitor.visit("target_pubkey", &targetPubkey)
    }
}
