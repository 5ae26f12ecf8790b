public import SSZ

/// `AckContradiction`: evidence that a committee member voted against itself or against a two-thirds certificate. Part of the `pol` fork.
public struct AckContradiction: Hashable, Sendable {
    public var vote = SignedUpdateAck()
    public var other = AckAggregate()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(vote: SignedUpdateAck, other: AckAggregate) {
        self.vote = vote
        self.other = other
    }
}

extension AckContradiction: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("vote", &vote, spec)
        try visitor.visit("other", &other, spec)
    }
}
