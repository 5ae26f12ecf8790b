public import Primitives
public import SSZ

/// `SignedAggregateAndProof` (electra `validator.md`).
public struct SignedAggregateAndProof: Hashable, Sendable {
    public var message = AggregateAndProof()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(message: AggregateAndProof, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }
}

extension SignedAggregateAndProof: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("signature", &signature)
    }
}
