public import Primitives
public import SSZ

/// `SignedContributionAndProof` (altair `validator.md`).
public struct SignedContributionAndProof: Hashable, Sendable {
    public var message = ContributionAndProof()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(message: ContributionAndProof, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }
}

extension SignedContributionAndProof: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("signature", &signature)
    }
}
