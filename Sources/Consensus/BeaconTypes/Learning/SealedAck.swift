public import Primitives
public import SSZ

/// `SealedAck`: what a vote's outer signature is over. Part of the `pol` fork.
public struct SealedAck: Hashable, Sendable {
    public var ack = UpdateAck()
    /// Over the `AckStatement` of `ack`.
    public var innerSignature = BLSSignature()

    /// All fields zero.
    public init() {}

    /// One value per field.
    public init(ack: UpdateAck, innerSignature: BLSSignature) {
        self.ack = ack
        self.innerSignature = innerSignature
    }
}

extension SealedAck: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("ack", &ack, spec)
        try visitor.visit("inner_signature", &innerSignature)
    }
}
