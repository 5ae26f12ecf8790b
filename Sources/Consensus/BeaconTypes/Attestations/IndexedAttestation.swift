public import Primitives
public import SSZ

/// `IndexedAttestation`: an attestation with the voters named by registry index (electra `beacon-chain.md`).
public struct IndexedAttestation: Hashable, Sendable {
    /// Sorted and without repetition when valid.
    public var attestingIndices: [ValidatorIndex] = []
    public var data = AttestationData()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(attestingIndices: [ValidatorIndex], data: AttestationData, signature: BLSSignature) {
        self.attestingIndices = attestingIndices
        self.data = data
        self.signature = signature
    }
}

extension IndexedAttestation: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("attesting_indices", &attestingIndices, .limit(spec.preset.maxValidatorsPerSlot))
        try visitor.visit("data", &data, spec)
        try visitor.visit("signature", &signature)
    }
}
