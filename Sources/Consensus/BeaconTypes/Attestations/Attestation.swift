public import Primitives
public import SSZ

/// `Attestation`: votes of one or more committees of a slot, aggregated (electra `beacon-chain.md`).
public struct Attestation: Hashable, Sendable {
    /// One bit per member of the committees in `committee_bits`, in order.
    public var aggregationBits = Bitlist()
    public var data = AttestationData()
    public var signature = BLSSignature()
    public var committeeBits = Bitvector()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(aggregationBits: Bitlist, data: AttestationData, signature: BLSSignature, committeeBits: Bitvector) {
        self.aggregationBits = aggregationBits
        self.data = data
        self.signature = signature
        self.committeeBits = committeeBits
    }
}

extension Attestation: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("aggregation_bits", &aggregationBits, .limit(spec.preset.maxValidatorsPerSlot))
        try visitor.visit("data", &data, spec)
        try visitor.visit("signature", &signature)
        try visitor.visit("committee_bits", &committeeBits, .length(spec.preset.maxCommitteesPerSlot))
    }
}
