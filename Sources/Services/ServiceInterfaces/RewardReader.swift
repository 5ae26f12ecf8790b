public import BeaconTypes

/// What a block's proposer earns by including operations, in Gwei.
public struct BlockRewards: Sendable, Hashable {
    public var proposerIndex: ValidatorIndex
    public var attestations: Gwei
    public var syncAggregate: Gwei
    /// `AckQuorumSlashing`s count here: both punish proposers.
    public var proposerSlashings: Gwei
    /// `AckContradiction`s count here: both punish voters.
    public var attesterSlashings: Gwei

    public var total: Gwei { attestations + syncAggregate + proposerSlashings + attesterSlashings }

    public init(
        proposerIndex: ValidatorIndex, attestations: Gwei = 0, syncAggregate: Gwei = 0, proposerSlashings: Gwei = 0,
        attesterSlashings: Gwei = 0
    ) {
        self.proposerIndex = proposerIndex
        self.attestations = attestations
        self.syncAggregate = syncAggregate
        self.proposerSlashings = proposerSlashings
        self.attesterSlashings = attesterSlashings
    }
}

/// What a sync committee member wins or loses by one block, in Gwei.
public struct SyncCommitteeReward: Sendable, Hashable {
    public var validatorIndex: ValidatorIndex
    public var reward: Int64

    public init(validatorIndex: ValidatorIndex, reward: Int64) {
        self.validatorIndex = validatorIndex
        self.reward = reward
    }
}

/// What the attestations of one epoch bring, in Gwei.
public struct AttestationRewards: Sendable {
    public struct Amounts: Sendable, Hashable {
        public var head: Int64
        public var target: Int64
        public var source: Int64
        /// Zero or less.
        public var inactivity: Int64

        public init(head: Int64 = 0, target: Int64 = 0, source: Int64 = 0, inactivity: Int64 = 0) {
            self.head = head
            self.target = target
            self.source = source
            self.inactivity = inactivity
        }
    }

    /// What each effective balance could have earned at most, ascending.
    public var ideal: [(effectiveBalance: Gwei, amounts: Amounts)]
    /// What each eligible validator got.
    public var total: [(validatorIndex: ValidatorIndex, amounts: Amounts)]
    /// Whether the epoch after is final.
    public var isFinalized: Bool

    public init(
        ideal: [(effectiveBalance: Gwei, amounts: Amounts)], total: [(validatorIndex: ValidatorIndex, amounts: Amounts)], isFinalized: Bool
    ) {
        self.ideal = ideal
        self.total = total
        self.isFinalized = isFinalized
    }
}

/// Explains balances: what blocks and attestations earned.
public protocol RewardReader: Sendable {
    /// `nil` when the block or the state before it is not held.
    func blockRewards(_ id: BlockID) async throws -> BlockRewards?
    /// The same for a block that is not imported, such as one just produced.
    func rewards(of block: BeaconBlock) async throws -> BlockRewards
    /// By validator index; `nil` when the block or the state before it is not held.
    func syncCommitteeRewards(_ id: BlockID) async throws -> [SyncCommitteeReward]?
    /// `nil` while the epoch after has not passed, or when its states are not held.
    func attestationRewards(epoch: Epoch) async throws -> AttestationRewards?
}
