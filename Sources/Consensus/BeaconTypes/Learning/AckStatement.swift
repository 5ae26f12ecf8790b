public import Primitives
public import SSZ

/// `AckStatement`: what a vote's inner signature is over: a verdict, and the losses behind it that are not sent. Part of the `pol` fork.
public struct AckStatement: Hashable, Sendable {
    public var ack = UpdateAck()
    /// Root of the `GateLosses`; zero where the gate was not run.
    public var lossesRoot: Bytes32 = .zero

    /// All fields zero.
    public init() {}

    /// One value per field.
    public init(ack: UpdateAck, lossesRoot: Bytes32) {
        self.ack = ack
        self.lossesRoot = lossesRoot
    }
}

extension AckStatement: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("ack", &ack, spec)
        try visitor.visit("losses_root", &lossesRoot)
    }
}
