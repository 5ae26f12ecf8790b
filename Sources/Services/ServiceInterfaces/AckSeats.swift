/// The size of one slot's ACK committee.
public struct AckSeats: Sendable, Hashable {
    /// Members of the committee.
    public let members: Int
    /// VALID votes that a certificate needs, the author's own not counted where there are others.
    public let quorum: Int

    public init(members: Int, quorum: Int) {
        self.members = members
        self.quorum = quorum
    }
}
