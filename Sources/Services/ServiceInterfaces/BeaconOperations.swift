public import BeaconTypes

/// Takes evidence against validators for the next blocks. Every `submit` throws ``SubmissionRefused`` with the rule that the
/// evidence breaks. What is already pooled is taken without a word.
public protocol EvidenceTaking: Sendable {
    func submit(_ slashing: AttesterSlashing) async throws
    func submit(_ slashing: ProposerSlashing) async throws
    func submit(_ slashing: AckQuorumSlashing) async throws
    func submit(_ contradiction: AckContradiction) async throws
}

/// The operations that a beacon node gathers for its blocks: from its own validators, its REST door, the slasher and,
/// later, gossip. Every `submit` checks the operation on the head's state, advanced to the next block's slot, and throws
/// ``SubmissionRefused`` with the rule it breaks. What is already pooled is taken without a word.
public protocol BeaconOperations: EvidenceTaking {
    /// Attestations that wait for a block, optionally of one slot and one committee.
    func pooledAttestations(slot: Slot?, committeeIndex: CommitteeIndex?) async -> [Attestation]
    func pooledAttesterSlashings() async -> [AttesterSlashing]
    func pooledProposerSlashings() async -> [ProposerSlashing]
    func pooledVoluntaryExits() async -> [SignedVoluntaryExit]
    func pooledBLSToExecutionChanges() async -> [SignedBLSToExecutionChange]
    func pooledAckQuorumSlashings() async -> [AckQuorumSlashing]
    func pooledAckContradictions() async -> [AckContradiction]

    func submit(_ exit: SignedVoluntaryExit) async throws
    func submit(_ change: SignedBLSToExecutionChange) async throws
}

/// A validator's seats in the sync committee of a period.
public struct SyncDuty: Sendable, Hashable {
    public let publicKey: BLSPubkey
    public let validatorIndex: ValidatorIndex
    /// Positions in the whole sync committee.
    public let syncCommitteeIndices: [UInt64]

    public init(publicKey: BLSPubkey, validatorIndex: ValidatorIndex, syncCommitteeIndices: [UInt64]) {
        self.publicKey = publicKey
        self.validatorIndex = validatorIndex
        self.syncCommitteeIndices = syncCommitteeIndices
    }
}

/// What aggregators and sync committee members ask of a beacon node, in process or over REST.
///
/// A `submit` takes every message that holds and throws ``SubmissionRefused`` with the others.
public protocol CommitteeDuties: Sendable {
    /// The best aggregate known for attestation data with this root, `nil` when there is none.
    func aggregateAttestation(slot: Slot, dataRoot: Root, committeeIndex: CommitteeIndex) async throws -> Attestation?
    func submitAggregates(_ aggregates: [SignedAggregateAndProof]) async throws

    func syncDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [SyncDuty]
    func submitSyncCommitteeMessages(_ messages: [SyncCommitteeMessage]) async throws
    /// The best contribution of a subcommittee to one block root, `nil` when there is none.
    func syncCommitteeContribution(slot: Slot, subcommitteeIndex: UInt64, blockRoot: Root) async throws -> SyncCommitteeContribution?
    func submitContributions(_ contributions: [SignedContributionAndProof]) async throws
    /// The head's root as a sync committee member of `slot` sees it.
    func headRoot() async throws -> Root
}
