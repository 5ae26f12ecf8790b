public import AckQuorum
public import BeaconTypes

/// The ACK committee of one slot on the head's chain, and the learning state on which it votes.
public struct AckCommittee: Sendable {
    public let slot: Slot
    /// Members, keys, anchor, quorum and domain.
    public let context: AckContext
    public let learning: LearningState

    public init(slot: Slot, context: AckContext, learning: LearningState) {
        self.slot = slot
        self.context = context
        self.learning = learning
    }
}

/// Names who votes on updates.
public protocol AckCommittees: ChainTime {
    /// The ACK committee of `slot` on the head's chain. Refused (``BeaconRule/optimisticHead``) while the head is not validated.
    func ackCommittee(slot: Slot) async throws -> AckCommittee
}

/// Takes certificates for the next blocks.
public protocol AckCertificateTaking: Sendable {
    /// Offers a certificate for inclusion; refused with the rule that it breaks.
    func submitAckCertificate(_ certificate: AckCertificate) async throws
}
