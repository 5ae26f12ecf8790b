public import Primitives
public import SSZ

/// `SignedUpdateAck`: the vote as it travels in the DHT and in gossip. Part of the `pol` fork.
public struct SignedUpdateAck: Hashable, Sendable {
    public var message = UpdateAck()
    public var validatorIndex: ValidatorIndex = 0
    /// Over `message` under `Constant.domainUpdateAck`.
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(message: UpdateAck, validatorIndex: ValidatorIndex, signature: BLSSignature) {
        self.message = message
        self.validatorIndex = validatorIndex
        self.signature = signature
    }
}

extension SignedUpdateAck: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("message", &message, spec)
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("signature", &signature)
    }
}
