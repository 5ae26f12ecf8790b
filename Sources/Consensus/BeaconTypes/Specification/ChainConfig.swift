public import Primitives

/// The parameters of one network that are no sizes of data structures (the specification's `configs/*.yaml`), as a
/// run-time value. Names are the specification's in camelCase.
public struct ChainConfig: Hashable, Sendable {
    /// The network's name, for example `pol`.
    public var configName: String
    /// The preset that the network builds on: `mainnet`, `minimal` or `pol`.
    public var presetBase: String
    public var aggregateDueBps: UInt64
    public var altairForkEpoch: UInt64
    public var altairForkVersion: Version
    public var attestationDueBps: UInt64
    public var attestationSubnetCount: UInt64
    public var attestationSubnetExtraBits: UInt64
    public var bellatrixForkEpoch: UInt64
    public var bellatrixForkVersion: Version
    public var blobSidecarSubnetCountElectra: UInt64
    public var capellaForkEpoch: UInt64
    public var capellaForkVersion: Version
    public var churnLimitQuotient: UInt64
    public var confirmationByzantineThreshold: UInt64
    public var contributionDueBps: UInt64
    public var denebForkEpoch: UInt64
    public var denebForkVersion: Version
    public var depositChainId: UInt64
    public var depositContractAddress: ExecutionAddress
    public var depositNetworkId: UInt64
    /// Gwei.
    public var ejectionBalance: UInt64
    public var electraForkEpoch: UInt64
    public var electraForkVersion: Version
    public var epochsPerSubnetSubscription: UInt64
    public var eth1FollowDistance: UInt64
    /// Seconds.
    public var genesisDelay: UInt64
    public var genesisForkVersion: Version
    public var inactivityScoreBias: UInt64
    public var inactivityScoreRecoveryRate: UInt64
    /// Milliseconds.
    public var maximumGossipClockDisparity: UInt64
    /// Zero on the `pol` chain: blobs are off.
    public var maxBlobsPerBlockElectra: UInt64
    /// Bytes of an uncompressed network payload.
    public var maxPayloadSize: UInt64
    /// Gwei.
    public var maxPerEpochActivationExitChurnLimit: UInt64
    public var maxRequestBlocksDeneb: UInt64
    public var messageDomainInvalidSnappy: Bytes4
    public var messageDomainValidSnappy: Bytes4
    public var minEpochsForBlobSidecarsRequests: UInt64
    public var minGenesisActiveValidatorCount: UInt64
    /// Seconds since 1970.
    public var minGenesisTime: UInt64
    public var minPerEpochChurnLimit: UInt64
    /// Gwei.
    public var minPerEpochChurnLimitElectra: UInt64
    /// Epochs.
    public var minValidatorWithdrawabilityDelay: UInt64
    public var proposerReorgCutoffBps: UInt64
    public var proposerScoreBoost: UInt64
    public var reorgHeadWeightThreshold: UInt64
    public var reorgMaxEpochsSinceFinalization: UInt64
    public var reorgParentWeightThreshold: UInt64
    public var secondsPerEth1Block: UInt64
    /// Epochs that a validator must serve before it may exit.
    public var shardCommitteePeriod: UInt64
    /// Milliseconds per slot.
    public var slotDurationMs: UInt64
    public var subnetsPerNode: UInt64
    public var syncMessageDueBps: UInt64
    /// The difficulty of the merge; unused where all forks are at genesis.
    public var terminalTotalDifficulty: UInt256
}

extension ChainConfig {
    /// Every value with its specification name, as text for the beacon API's `/eth/v1/config/spec`.
    public var namedValues: [(name: String, value: String)] {
        [
            ("CONFIG_NAME", configName),
            ("PRESET_BASE", presetBase),
            ("AGGREGATE_DUE_BPS", aggregateDueBps.description),
            ("ALTAIR_FORK_EPOCH", altairForkEpoch.description),
            ("ALTAIR_FORK_VERSION", altairForkVersion.hex),
            ("ATTESTATION_DUE_BPS", attestationDueBps.description),
            ("ATTESTATION_SUBNET_COUNT", attestationSubnetCount.description),
            ("ATTESTATION_SUBNET_EXTRA_BITS", attestationSubnetExtraBits.description),
            ("BELLATRIX_FORK_EPOCH", bellatrixForkEpoch.description),
            ("BELLATRIX_FORK_VERSION", bellatrixForkVersion.hex),
            ("BLOB_SIDECAR_SUBNET_COUNT_ELECTRA", blobSidecarSubnetCountElectra.description),
            ("CAPELLA_FORK_EPOCH", capellaForkEpoch.description),
            ("CAPELLA_FORK_VERSION", capellaForkVersion.hex),
            ("CHURN_LIMIT_QUOTIENT", churnLimitQuotient.description),
            ("CONFIRMATION_BYZANTINE_THRESHOLD", confirmationByzantineThreshold.description),
            ("CONTRIBUTION_DUE_BPS", contributionDueBps.description),
            ("DENEB_FORK_EPOCH", denebForkEpoch.description),
            ("DENEB_FORK_VERSION", denebForkVersion.hex),
            ("DEPOSIT_CHAIN_ID", depositChainId.description),
            ("DEPOSIT_CONTRACT_ADDRESS", depositContractAddress.hex),
            ("DEPOSIT_NETWORK_ID", depositNetworkId.description),
            ("EJECTION_BALANCE", ejectionBalance.description),
            ("ELECTRA_FORK_EPOCH", electraForkEpoch.description),
            ("ELECTRA_FORK_VERSION", electraForkVersion.hex),
            ("EPOCHS_PER_SUBNET_SUBSCRIPTION", epochsPerSubnetSubscription.description),
            ("ETH1_FOLLOW_DISTANCE", eth1FollowDistance.description),
            ("GENESIS_DELAY", genesisDelay.description),
            ("GENESIS_FORK_VERSION", genesisForkVersion.hex),
            ("INACTIVITY_SCORE_BIAS", inactivityScoreBias.description),
            ("INACTIVITY_SCORE_RECOVERY_RATE", inactivityScoreRecoveryRate.description),
            ("MAXIMUM_GOSSIP_CLOCK_DISPARITY", maximumGossipClockDisparity.description),
            ("MAX_BLOBS_PER_BLOCK_ELECTRA", maxBlobsPerBlockElectra.description),
            ("MAX_PAYLOAD_SIZE", maxPayloadSize.description),
            ("MAX_PER_EPOCH_ACTIVATION_EXIT_CHURN_LIMIT", maxPerEpochActivationExitChurnLimit.description),
            ("MAX_REQUEST_BLOCKS_DENEB", maxRequestBlocksDeneb.description),
            ("MESSAGE_DOMAIN_INVALID_SNAPPY", messageDomainInvalidSnappy.hex),
            ("MESSAGE_DOMAIN_VALID_SNAPPY", messageDomainValidSnappy.hex),
            ("MIN_EPOCHS_FOR_BLOB_SIDECARS_REQUESTS", minEpochsForBlobSidecarsRequests.description),
            ("MIN_GENESIS_ACTIVE_VALIDATOR_COUNT", minGenesisActiveValidatorCount.description),
            ("MIN_GENESIS_TIME", minGenesisTime.description),
            ("MIN_PER_EPOCH_CHURN_LIMIT", minPerEpochChurnLimit.description),
            ("MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA", minPerEpochChurnLimitElectra.description),
            ("MIN_VALIDATOR_WITHDRAWABILITY_DELAY", minValidatorWithdrawabilityDelay.description),
            ("PROPOSER_REORG_CUTOFF_BPS", proposerReorgCutoffBps.description),
            ("PROPOSER_SCORE_BOOST", proposerScoreBoost.description),
            ("REORG_HEAD_WEIGHT_THRESHOLD", reorgHeadWeightThreshold.description),
            ("REORG_MAX_EPOCHS_SINCE_FINALIZATION", reorgMaxEpochsSinceFinalization.description),
            ("REORG_PARENT_WEIGHT_THRESHOLD", reorgParentWeightThreshold.description),
            ("SECONDS_PER_ETH1_BLOCK", secondsPerEth1Block.description),
            ("SHARD_COMMITTEE_PERIOD", shardCommitteePeriod.description),
            ("SLOT_DURATION_MS", slotDurationMs.description),
            ("SUBNETS_PER_NODE", subnetsPerNode.description),
            ("SYNC_MESSAGE_DUE_BPS", syncMessageDueBps.description),
            ("TERMINAL_TOTAL_DIFFICULTY", terminalTotalDifficulty.description),
        ]
    }
}
