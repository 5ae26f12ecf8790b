public import Primitives
public import SSZ

/// `SingleAttestation`: one validator's vote as it travels in gossip (electra `beacon-chain.md`).
public struct SingleAttestation: Hashable, Sendable {
    public var committeeIndex: CommitteeIndex = 0
    public var attesterIndex: ValidatorIndex = 0
    public var data = AttestationData()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        committeeIndex: CommitteeIndex, attesterIndex: ValidatorIndex, data: AttestationData, signature: BLSSignature
    ) {
        self.committeeIndex = committeeIndex
        self.attesterIndex = attesterIndex
        self.data = data
        self.signature = signature
    }
}

extension SingleAttestation: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("committee_index", &committeeIndex)
        try visitor.visit("attester_index", &attesterIndex)
        try visitor.visit("data", &data, spec)
        try visitor.visit("signature", &signature)
    }
}
