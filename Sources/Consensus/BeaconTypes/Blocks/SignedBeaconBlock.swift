public import Primitives
public import SSZ

/// `SignedBeaconBlock` (electra `beacon-chain.md`).
public struct SignedBeaconBlock: Hashable, Sendable {
    public var message = BeaconBlock()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(message: BeaconBlock, signature: BLSSignature) {
        self.message = message
        self.signature = signature
    }
}

extension SignedBeaconBlock: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("signature", &signature)
    }
}
