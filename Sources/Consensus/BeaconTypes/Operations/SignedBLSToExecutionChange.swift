public import Primitives
public import SSZ

/// `SignedBLSToExecutionChange` (capella `beacon-chain.md`).
public struct SignedBLSToExecutionChange: Hashable, Sendable {
    public var message = BLSToExecutionChange()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(message: BLSToExecutionChange, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }
}

extension SignedBLSToExecutionChange: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("signature", &signature)
    }
}
