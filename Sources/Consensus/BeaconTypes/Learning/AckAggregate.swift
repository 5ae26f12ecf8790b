public import Primitives
public import SSZ

/// `AckAggregate`: equal votes of several committee members. Part of the `pol` fork.
public struct AckAggregate: Hashable, Sendable {
    public var ack = UpdateAck()
    /// The voters, in committee order.
    public var committeeBits = Bitlist()
    /// Aggregate of the voters' inner signatures.
    public var signature = BLSSignature()
    /// Opens the losses behind `ack` that every voter signed with it.
    public var lossesRoot: Bytes32 = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(ack: UpdateAck, committeeBits: Bitlist, signature: BLSSignature, lossesRoot: Bytes32) {
        self.ack = ack
        self.committeeBits = committeeBits
        self.signature = signature
        self.lossesRoot = lossesRoot
    }
}

extension AckAggregate: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("ack", &ack, spec)
        try visitor.visit("committee_bits", &committeeBits, .limit(spec.preset.maxValidatorsPerSlot))
        try visitor.visit("signature", &signature)
        try visitor.visit("losses_root", &lossesRoot)
    }
}
