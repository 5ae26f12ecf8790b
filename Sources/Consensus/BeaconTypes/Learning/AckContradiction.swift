public import SSZ

/// `AckContradiction`: evidence that a committee member voted twice, or against what two thirds signed, or copied their message
/// without the losses behind it. Part of the `pol` fork.
///
/// One of `other` and `ownVote` is the default, which stands for none.
public struct AckContradiction: Hashable, Sendable {
    public var vote = SignedUpdateAck()
    /// What the vote contradicts: a statement with its losses opened.
    public var other = AckAggregate()
    /// Or another vote of the same member, whose losses nobody need know.
    public var ownVote = SignedUpdateAck()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        vote: SignedUpdateAck, other: AckAggregate = AckAggregate(), ownVote: SignedUpdateAck = SignedUpdateAck()
    ) {
        self.vote = vote
        self.other = other
        self.ownVote = ownVote
    }
}

extension AckContradiction: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("vote", &vote, spec)
        try visitor.visit("other", &other, spec)
        try visitor.visit("own_vote", &ownVote, spec)
    }
}
