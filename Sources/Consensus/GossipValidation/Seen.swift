import BeaconTypes
import Primitives

/// How much of what was seen is remembered. The defaults hold two epochs of a chain with several hundred thousand validators.
public struct SeenLimits: Sendable, Hashable {
    /// Blocks, by slot and proposer.
    public var blocks = 4096
    /// Single votes, by epoch and validator.
    public var attestations = 1 << 20
    /// Aggregates, by epoch and aggregator.
    public var aggregators = 1 << 17
    /// Attestation data with their committees.
    public var aggregateSubjects = 1 << 14
    /// Validators named by exits, credential changes and slashings, for each kind.
    public var validators = 1 << 17
    /// Sync committee messages and contributions, for each kind.
    public var syncMessages = 1 << 14
    /// ACK votes, and candidates.
    public var acks = 1 << 15

    public init() {}
}

/// The specification's `Seen` (electra p2p-interface): what valid messages were about, so that only the first of a kind is
/// forwarded. Every part is bounded.
struct Seen: Sendable {
    struct SlotValidator: Hashable, Sendable {
        let slot: Slot
        let validator: ValidatorIndex
    }

    struct EpochValidator: Hashable, Sendable {
        let epoch: Epoch
        let validator: ValidatorIndex
    }

    struct AggregateSubject: Hashable, Sendable {
        let dataRoot: Root
        let committee: CommitteeIndex
    }

    /// A sync subcommittee's, or a sync subnet's, validator in one slot.
    struct SyncSeat: Hashable, Sendable {
        let slot: Slot
        let validator: ValidatorIndex
        let subcommittee: UInt64
    }

    struct ContributionSubject: Hashable, Sendable {
        let slot: Slot
        let blockRoot: Root
        let subcommittee: UInt64
    }

    struct AckSubject: Hashable, Sendable {
        let slot: Slot
        let updateID: Bytes32
        let voter: ValidatorIndex
    }

    // A message about a forgotten key is taken for the first of its kind again; it still has to be valid. Only valid messages enter, so
    // nobody can push entries out without signatures of as many validators.
    var proposerSlots: RecentSet<SlotValidator>
    var aggregatorEpochs: RecentSet<EpochValidator>
    var aggregateDataRoots: RecentMap<AggregateSubject, SeenBits>
    var voluntaryExitIndices: RecentSet<ValidatorIndex>
    var proposerSlashingIndices: RecentSet<ValidatorIndex>
    var attesterSlashingIndices: RecentSet<ValidatorIndex>
    var attestationValidatorEpochs: RecentSet<EpochValidator>
    var syncContributionAggregatorSlots: RecentSet<SyncSeat>
    var syncContributionData: RecentMap<ContributionSubject, SeenBits>
    var syncMessageValidatorSlots: RecentSet<SyncSeat>
    var blsToExecutionChangeIndices: RecentSet<ValidatorIndex>
    // Of our fork.
    /// The roots of the different messages that a voter signed about an update.
    var acks: RecentMap<AckSubject, [Root]>
    var candidates: RecentSet<Bytes32>
    var candidatesOfAuthor: RecentMap<SlotValidator, Int>
    var ackQuorumSlashingIndices: RecentSet<ValidatorIndex>

    init(_ limits: SeenLimits) {
        proposerSlots = RecentSet(limit: limits.blocks)
        aggregatorEpochs = RecentSet(limit: limits.aggregators)
        aggregateDataRoots = RecentMap(limit: limits.aggregateSubjects)
        voluntaryExitIndices = RecentSet(limit: limits.validators)
        proposerSlashingIndices = RecentSet(limit: limits.validators)
        attesterSlashingIndices = RecentSet(limit: limits.validators)
        attestationValidatorEpochs = RecentSet(limit: limits.attestations)
        syncContributionAggregatorSlots = RecentSet(limit: limits.syncMessages)
        syncContributionData = RecentMap(limit: limits.syncMessages)
        syncMessageValidatorSlots = RecentSet(limit: limits.syncMessages)
        blsToExecutionChangeIndices = RecentSet(limit: limits.validators)
        acks = RecentMap(limit: limits.acks)
        candidates = RecentSet(limit: limits.acks)
        candidatesOfAuthor = RecentMap(limit: limits.acks)
        ackQuorumSlashingIndices = RecentSet(limit: limits.validators)
    }
}
