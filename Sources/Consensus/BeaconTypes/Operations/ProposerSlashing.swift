public import SSZ

/// `ProposerSlashing`: two different headers of one proposer for one slot (phase0 `beacon-chain.md`).
public struct ProposerSlashing: Hashable, Sendable {
    public var signedHeader1 = SignedBeaconBlockHeader()
    public var signedHeader2 = SignedBeaconBlockHeader()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(signedHeader1: SignedBeaconBlockHeader, signedHeader2: SignedBeaconBlockHeader) {
        self.signedHeader1 = signedHeader1
        self.signedHeader2 = signedHeader2
    }
}

extension ProposerSlashing: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("signed_header_1", &signedHeader1, spec)
        try visitor.visit("signed_header_2", &signedHeader2, spec)
    }
}
