public import SSZ

/// `AttesterSlashing`: two attestations that contradict each other (electra `beacon-chain.md`).
public struct AttesterSlashing: Hashable, Sendable {
    public var attestation1 = IndexedAttestation()
    public var attestation2 = IndexedAttestation()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(attestation1: IndexedAttestation, attestation2: IndexedAttestation) {
        self.attestation1 = attestation1
        self.attestation2 = attestation2
    }
}

extension AttesterSlashing: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("attestation_1", &attestation1, spec)
        try visitor.visit("attestation_2", &attestation2, spec)
    }
}
