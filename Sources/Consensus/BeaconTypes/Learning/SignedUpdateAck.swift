public import Primitives
public import SSZ

/// `SignedUpdateAck`: the vote as it travels in the DHT and in gossip. Part of the `pol` fork.
///
/// It is signed twice with one key. Everybody can verify the outer signature; the inner one only who knows the losses that it
/// covers, which are not sent (docs/protocol.md#two-signatures-a-vote).
public struct SignedUpdateAck: Hashable, Sendable {
    public var message = UpdateAck()
    public var validatorIndex: ValidatorIndex = 0
    /// The outer signature, over the `SealedAck` of `message` and `innerSignature`, under `Constant.domainSealedAck`.
    public var signature = BLSSignature()
    /// Over the `AckStatement` of `message` and the losses' root, under `Constant.domainUpdateAck`.
    public var innerSignature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        message: UpdateAck, validatorIndex: ValidatorIndex, signature: BLSSignature, innerSignature: BLSSignature
    ) {
        self.message = message
        self.validatorIndex = validatorIndex
        self.signature = signature
        self.innerSignature = innerSignature
    }
}

extension SignedUpdateAck: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("signature", &signature)
        try visitor.visit("inner_signature", &innerSignature)
    }
}
