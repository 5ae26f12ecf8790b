public import BeaconTypes

/// The highest epochs that a validator was seen to vote for, not necessarily in one vote.
public struct HighestAttestation: Sendable, Hashable {
    public let validatorIndex: ValidatorIndex
    public let source: Epoch
    public let target: Epoch

    public init(validatorIndex: ValidatorIndex, source: Epoch, target: Epoch) {
        self.validatorIndex = validatorIndex
        self.source = source
        self.target = target
    }
}

/// Proof that a validator broke a rule for which it is slashed.
public enum SlashingEvidence: Sendable, Hashable {
    case proposer(ProposerSlashing)
    case attester(AttesterSlashing)
    case ackQuorum(AckQuorumSlashing)
    case ackContradiction(AckContradiction)
}

/// What a slasher answers to validators and other nodes, and what they may show it.
///
/// Everything signed is verified on the head's state; what does not verify throws and is not recorded.
public protocol SlasherService: Sendable {
    /// Records a signed vote and answers the slashings that it completes; they have been submitted as well.
    func attesterSlashings(_ attestation: IndexedAttestation) async throws -> [AttesterSlashing]
    /// Whether a vote, signed or not yet, would be slashable. Nothing is recorded.
    func isSlashable(_ attestation: IndexedAttestation) async throws -> Bool
    /// Records a signed header and answers the slashing that it completes; it has been submitted as well.
    func proposerSlashings(_ header: SignedBeaconBlockHeader) async throws -> [ProposerSlashing]
    /// Whether a header, signed or not yet, would be slashable. Nothing is recorded.
    func isSlashable(_ header: BeaconBlockHeader) async throws -> Bool
    /// The highest votes seen of the given validators; those without any are absent.
    func highestAttestations(_ validators: [ValidatorIndex]) async throws -> [HighestAttestation]

    /// Records an ACK vote and answers the contradictions that it completes; they have been submitted as well.
    func ackContradictions(_ vote: SignedUpdateAck) async throws -> [AckContradiction]
    /// Checks a signed block that claims an update; its evidence, if its certificate is at fault, which has been submitted as well.
    func ackQuorumSlashing(_ block: SignedBeaconBlock) async throws -> AckQuorumSlashing?
    /// Hands finished evidence to the pool.
    func submit(_ evidence: SlashingEvidence) async throws

    /// The evidence found from now on: what a node broadcasts.
    func evidence() async -> AsyncStream<SlashingEvidence>
}

/// Sees the blocks that a beacon node refuses, and those that gossip passes over since their proposer has made another one of the slot: they
/// may be evidence against their proposer.
public protocol RefusedBlockObserver: Sendable {
    func refused(_ block: SignedBeaconBlock) async
}
