public import Primitives
public import SSZ

/// `BeaconState`: everything the chain knows at a slot (electra `beacon-chain.md`); `learning` belongs to the `pol` fork.
///
/// A copy shares all pages of its collections with the original, so keeping a state per block is cheap.
public struct BeaconState: Hashable, Sendable {
    /// Seconds since 1970.
    public var genesisTime: UInt64 = 0
    public var genesisValidatorsRoot: Root = .zero
    public var slot: Slot = 0
    public var fork = Fork()
    /// Of the last block; its `state_root` is zero until the next slot begins.
    public var latestBlockHeader = BeaconBlockHeader()
    public var blockRoots: SSZVector<Root> = []
    public var stateRoots: SSZVector<Root> = []
    public var historicalRoots: SSZList<Root> = []
    public var eth1Data = Eth1Data()
    public var eth1DataVotes: SSZList<Eth1Data> = []
    public var eth1DepositIndex: UInt64 = 0
    public var validators: SSZList<Validator> = []
    public var balances: SSZList<Gwei> = []
    public var randaoMixes: SSZVector<Bytes32> = []
    /// Slashed effective balance per epoch.
    public var slashings: SSZVector<Gwei> = []
    public var previousEpochParticipation: SSZList<ParticipationFlags> = []
    public var currentEpochParticipation: SSZList<ParticipationFlags> = []
    public var justificationBits = Bitvector()
    public var previousJustifiedCheckpoint = Checkpoint()
    public var currentJustifiedCheckpoint = Checkpoint()
    public var finalizedCheckpoint = Checkpoint()
    public var inactivityScores: SSZList<UInt64> = []
    public var currentSyncCommittee = SyncCommittee()
    public var nextSyncCommittee = SyncCommittee()
    public var latestExecutionPayloadHeader = ExecutionPayloadHeader()
    public var nextWithdrawalIndex: WithdrawalIndex = 0
    public var nextWithdrawalValidatorIndex: ValidatorIndex = 0
    public var historicalSummaries: SSZList<HistoricalSummary> = []
    public var depositRequestsStartIndex: UInt64 = 0
    public var depositBalanceToConsume: Gwei = 0
    public var exitBalanceToConsume: Gwei = 0
    public var earliestExitEpoch: Epoch = 0
    public var consolidationBalanceToConsume: Gwei = 0
    public var earliestConsolidationEpoch: Epoch = 0
    public var pendingDeposits: SSZList<PendingDeposit> = []
    public var pendingPartialWithdrawals: SSZList<PendingPartialWithdrawal> = []
    public var pendingConsolidations: SSZList<PendingConsolidation> = []
    /// The shared model's progress. `pol` fork only.
    public var learning = LearningState()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        genesisTime: UInt64, genesisValidatorsRoot: Root, slot: Slot, fork: Fork,
        latestBlockHeader: BeaconBlockHeader, blockRoots: SSZVector<Root>, stateRoots: SSZVector<Root>,
        historicalRoots: SSZList<Root>, eth1Data: Eth1Data, eth1DataVotes: SSZList<Eth1Data>,
        eth1DepositIndex: UInt64, validators: SSZList<Validator>, balances: SSZList<Gwei>,
        randaoMixes: SSZVector<Bytes32>, slashings: SSZVector<Gwei>,
        previousEpochParticipation: SSZList<ParticipationFlags>,
        currentEpochParticipation: SSZList<ParticipationFlags>, justificationBits: Bitvector,
        previousJustifiedCheckpoint: Checkpoint, currentJustifiedCheckpoint: Checkpoint,
        finalizedCheckpoint: Checkpoint, inactivityScores: SSZList<UInt64>, currentSyncCommittee: SyncCommittee,
        nextSyncCommittee: SyncCommittee, latestExecutionPayloadHeader: ExecutionPayloadHeader,
        nextWithdrawalIndex: WithdrawalIndex, nextWithdrawalValidatorIndex: ValidatorIndex,
        historicalSummaries: SSZList<HistoricalSummary>, depositRequestsStartIndex: UInt64,
        depositBalanceToConsume: Gwei, exitBalanceToConsume: Gwei, earliestExitEpoch: Epoch,
        consolidationBalanceToConsume: Gwei, earliestConsolidationEpoch: Epoch,
        pendingDeposits: SSZList<PendingDeposit>, pendingPartialWithdrawals: SSZList<PendingPartialWithdrawal>,
        pendingConsolidations: SSZList<PendingConsolidation>, learning: LearningState = LearningState()
    ) {
        self.genesisTime = genesisTime
        self.genesisValidatorsRoot = genesisValidatorsRoot
        self.slot = slot
        self.fork = fork
        self.latestBlockHeader = latestBlockHeader
        self.blockRoots = blockRoots
        self.stateRoots = stateRoots
        self.historicalRoots = historicalRoots
        self.eth1Data = eth1Data
        self.eth1DataVotes = eth1DataVotes
        self.eth1DepositIndex = eth1DepositIndex
        self.validators = validators
        self.balances = balances
        self.randaoMixes = randaoMixes
        self.slashings = slashings
        self.previousEpochParticipation = previousEpochParticipation
        self.currentEpochParticipation = currentEpochParticipation
        self.justificationBits = justificationBits
        self.previousJustifiedCheckpoint = previousJustifiedCheckpoint
        self.currentJustifiedCheckpoint = currentJustifiedCheckpoint
        self.finalizedCheckpoint = finalizedCheckpoint
        self.inactivityScores = inactivityScores
        self.currentSyncCommittee = currentSyncCommittee
        self.nextSyncCommittee = nextSyncCommittee
        self.latestExecutionPayloadHeader = latestExecutionPayloadHeader
        self.nextWithdrawalIndex = nextWithdrawalIndex
        self.nextWithdrawalValidatorIndex = nextWithdrawalValidatorIndex
        self.historicalSummaries = historicalSummaries
        self.depositRequestsStartIndex = depositRequestsStartIndex
        self.depositBalanceToConsume = depositBalanceToConsume
        self.exitBalanceToConsume = exitBalanceToConsume
        self.earliestExitEpoch = earliestExitEpoch
        self.consolidationBalanceToConsume = consolidationBalanceToConsume
        self.earliestConsolidationEpoch = earliestConsolidationEpoch
        self.pendingDeposits = pendingDeposits
        self.pendingPartialWithdrawals = pendingPartialWithdrawals
        self.pendingConsolidations = pendingConsolidations
        self.learning = learning
    }
}

extension BeaconState: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("genesis_time", &genesisTime)
        try visitor.visit("genesis_validators_root", &genesisValidatorsRoot)
        try visitor.visit("slot", &slot)
        try visitor.visit("fork", &fork, spec)
        try visitor.visit("latest_block_header", &latestBlockHeader, spec)
        try visitor.visit("block_roots", &blockRoots, .length(spec.preset.slotsPerHistoricalRoot))
        try visitor.visit("state_roots", &stateRoots, .length(spec.preset.slotsPerHistoricalRoot))
        try visitor.visit("historical_roots", &historicalRoots, .limit(spec.preset.historicalRootsLimit))
        try visitor.visit("eth1_data", &eth1Data, spec)
        try visitor.visit(
            "eth1_data_votes", &eth1DataVotes, .limit(spec.preset.epochsPerEth1VotingPeriod * spec.preset.slotsPerEpoch, of: spec))
        try visitor.visit("eth1_deposit_index", &eth1DepositIndex)
        try visitor.visit("validators", &validators, .limit(spec.preset.validatorRegistryLimit, of: spec))
        try visitor.visit("balances", &balances, .limit(spec.preset.validatorRegistryLimit))
        try visitor.visit("randao_mixes", &randaoMixes, .length(spec.preset.epochsPerHistoricalVector))
        try visitor.visit("slashings", &slashings, .length(spec.preset.epochsPerSlashingsVector))
        try visitor.visit("previous_epoch_participation", &previousEpochParticipation, .limit(spec.preset.validatorRegistryLimit))
        try visitor.visit("current_epoch_participation", &currentEpochParticipation, .limit(spec.preset.validatorRegistryLimit))
        try visitor.visit("justification_bits", &justificationBits, .length(Constant.justificationBitsLength))
        try visitor.visit("previous_justified_checkpoint", &previousJustifiedCheckpoint, spec)
        try visitor.visit("current_justified_checkpoint", &currentJustifiedCheckpoint, spec)
        try visitor.visit("finalized_checkpoint", &finalizedCheckpoint, spec)
        try visitor.visit("inactivity_scores", &inactivityScores, .limit(spec.preset.validatorRegistryLimit))
        try visitor.visit("current_sync_committee", &currentSyncCommittee, spec)
        try visitor.visit("next_sync_committee", &nextSyncCommittee, spec)
        try visitor.visit("latest_execution_payload_header", &latestExecutionPayloadHeader, spec)
        try visitor.visit("next_withdrawal_index", &nextWithdrawalIndex)
        try visitor.visit("next_withdrawal_validator_index", &nextWithdrawalValidatorIndex)
        try visitor.visit("historical_summaries", &historicalSummaries, .limit(spec.preset.historicalRootsLimit, of: spec))
        try visitor.visit("deposit_requests_start_index", &depositRequestsStartIndex)
        try visitor.visit("deposit_balance_to_consume", &depositBalanceToConsume)
        try visitor.visit("exit_balance_to_consume", &exitBalanceToConsume)
        try visitor.visit("earliest_exit_epoch", &earliestExitEpoch)
        try visitor.visit("consolidation_balance_to_consume", &consolidationBalanceToConsume)
        try visitor.visit("earliest_consolidation_epoch", &earliestConsolidationEpoch)
        try visitor.visit("pending_deposits", &pendingDeposits, .limit(spec.preset.pendingDepositsLimit, of: spec))
        try visitor.visit(
            "pending_partial_withdrawals", &pendingPartialWithdrawals, .limit(spec.preset.pendingPartialWithdrawalsLimit, of: spec))
        try visitor.visit("pending_consolidations", &pendingConsolidations, .limit(spec.preset.pendingConsolidationsLimit, of: spec))
        guard spec.fork == .pol else { return }
        try visitor.visit("learning", &learning, spec)
    }
}
