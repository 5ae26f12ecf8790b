public import Primitives
public import SSZ

/// `SignedVoluntaryExit` (phase0 `beacon-chain.md`).
public struct SignedVoluntaryExit: Hashable, Sendable {
    public var message = VoluntaryExit()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(message: VoluntaryExit, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }
}

extension SignedVoluntaryExit: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("signature", &signature)
    }
}
