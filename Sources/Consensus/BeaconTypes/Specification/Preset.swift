/// The sizes and rates that the specification collects in presets (phase0 … electra `presets/*.yaml`), as a run-time value.
///
/// All are `UInt64` like the specification's numbers. Names are the specification's in camelCase.
public struct Preset: Hashable, Sendable {
    /// Committees per slot at most.
    public var maxCommitteesPerSlot: UInt64
    public var targetCommitteeSize: UInt64
    public var maxValidatorsPerCommittee: UInt64
    /// Rounds of the swap-or-not shuffle.
    public var shuffleRoundCount: UInt64
    public var hysteresisQuotient: UInt64
    public var hysteresisDownwardMultiplier: UInt64
    public var hysteresisUpwardMultiplier: UInt64
    /// Gwei.
    public var minDepositAmount: UInt64
    /// Gwei; before Electra.
    public var maxEffectiveBalance: UInt64
    /// Gwei.
    public var effectiveBalanceIncrement: UInt64
    /// Slots.
    public var minAttestationInclusionDelay: UInt64
    public var slotsPerEpoch: UInt64
    /// Epochs.
    public var minSeedLookahead: UInt64
    /// Epochs.
    public var maxSeedLookahead: UInt64
    public var epochsPerEth1VotingPeriod: UInt64
    /// Length of the block and state root ring buffers.
    public var slotsPerHistoricalRoot: UInt64
    /// Epochs without finality before the leak begins.
    public var minEpochsToInactivityPenalty: UInt64
    /// Length of the RANDAO ring buffer.
    public var epochsPerHistoricalVector: UInt64
    /// Length of the slashings ring buffer.
    public var epochsPerSlashingsVector: UInt64
    public var historicalRootsLimit: UInt64
    public var validatorRegistryLimit: UInt64
    public var baseRewardFactor: UInt64
    /// Before Electra.
    public var whistleblowerRewardQuotient: UInt64
    /// Phase 0 only.
    public var proposerRewardQuotient: UInt64
    /// Phase 0 only.
    public var inactivityPenaltyQuotient: UInt64
    /// Phase 0 only.
    public var minSlashingPenaltyQuotient: UInt64
    /// Phase 0 only.
    public var proportionalSlashingMultiplier: UInt64
    /// Per block.
    public var maxProposerSlashings: UInt64
    /// Per block, before Electra.
    public var maxAttesterSlashings: UInt64
    /// Per block, before Electra.
    public var maxAttestations: UInt64
    /// Per block.
    public var maxDeposits: UInt64
    /// Per block.
    public var maxVoluntaryExits: UInt64
    /// Altair only.
    public var inactivityPenaltyQuotientAltair: UInt64
    /// Altair only.
    public var minSlashingPenaltyQuotientAltair: UInt64
    /// Altair only.
    public var proportionalSlashingMultiplierAltair: UInt64
    public var syncCommitteeSize: UInt64
    public var epochsPerSyncCommitteePeriod: UInt64
    /// For a light client update.
    public var minSyncCommitteeParticipants: UInt64
    /// Slots after which a light client forces its best update.
    public var updateTimeout: UInt64
    public var inactivityPenaltyQuotientBellatrix: UInt64
    /// Before Electra.
    public var minSlashingPenaltyQuotientBellatrix: UInt64
    public var proportionalSlashingMultiplierBellatrix: UInt64
    public var maxBytesPerTransaction: UInt64
    public var maxTransactionsPerPayload: UInt64
    public var bytesPerLogsBloom: UInt64
    /// Bytes of `extra_data`: 64 under the `pol` fork.
    public var maxExtraDataBytes: UInt64
    /// Per block.
    public var maxBlsToExecutionChanges: UInt64
    /// Official withdrawals per payload; see `BeaconSpec.withdrawalsLimit` for the list's limit.
    public var maxWithdrawalsPerPayload: UInt64
    public var maxValidatorsPerWithdrawalsSweep: UInt64
    public var fieldElementsPerBlob: UInt64
    public var maxBlobCommitmentsPerBlock: UInt64
    public var kzgCommitmentInclusionProofDepth: UInt64
    /// Gwei.
    public var minActivationBalance: UInt64
    /// Gwei.
    public var maxEffectiveBalanceElectra: UInt64
    public var pendingDepositsLimit: UInt64
    public var pendingPartialWithdrawalsLimit: UInt64
    public var pendingConsolidationsLimit: UInt64
    public var minSlashingPenaltyQuotientElectra: UInt64
    public var whistleblowerRewardQuotientElectra: UInt64
    /// Per block.
    public var maxAttesterSlashingsElectra: UInt64
    /// Per block.
    public var maxAttestationsElectra: UInt64
    public var maxDepositRequestsPerPayload: UInt64
    public var maxWithdrawalRequestsPerPayload: UInt64
    public var maxConsolidationRequestsPerPayload: UInt64
    public var maxPendingPartialsPerWithdrawalsSweep: UInt64
    public var maxPendingDepositsPerEpoch: UInt64
}

extension Preset {
    /// The most members that all committees of a slot can have together: the limit of aggregation bits since Electra.
    public var maxValidatorsPerSlot: UInt64 { maxValidatorsPerCommittee * maxCommitteesPerSlot }

    /// Every value with its specification name, for the beacon API's `/eth/v1/config/spec`.
    public var namedValues: [(name: String, value: UInt64)] {
        [
            ("MAX_COMMITTEES_PER_SLOT", maxCommitteesPerSlot),
            ("TARGET_COMMITTEE_SIZE", targetCommitteeSize),
            ("MAX_VALIDATORS_PER_COMMITTEE", maxValidatorsPerCommittee),
            ("SHUFFLE_ROUND_COUNT", shuffleRoundCount),
            ("HYSTERESIS_QUOTIENT", hysteresisQuotient),
            ("HYSTERESIS_DOWNWARD_MULTIPLIER", hysteresisDownwardMultiplier),
            ("HYSTERESIS_UPWARD_MULTIPLIER", hysteresisUpwardMultiplier),
            ("MIN_DEPOSIT_AMOUNT", minDepositAmount),
            ("MAX_EFFECTIVE_BALANCE", maxEffectiveBalance),
            ("EFFECTIVE_BALANCE_INCREMENT", effectiveBalanceIncrement),
            ("MIN_ATTESTATION_INCLUSION_DELAY", minAttestationInclusionDelay),
            ("SLOTS_PER_EPOCH", slotsPerEpoch),
            ("MIN_SEED_LOOKAHEAD", minSeedLookahead),
            ("MAX_SEED_LOOKAHEAD", maxSeedLookahead),
            ("EPOCHS_PER_ETH1_VOTING_PERIOD", epochsPerEth1VotingPeriod),
            ("SLOTS_PER_HISTORICAL_ROOT", slotsPerHistoricalRoot),
            ("MIN_EPOCHS_TO_INACTIVITY_PENALTY", minEpochsToInactivityPenalty),
            ("EPOCHS_PER_HISTORICAL_VECTOR", epochsPerHistoricalVector),
            ("EPOCHS_PER_SLASHINGS_VECTOR", epochsPerSlashingsVector),
            ("HISTORICAL_ROOTS_LIMIT", historicalRootsLimit),
            ("VALIDATOR_REGISTRY_LIMIT", validatorRegistryLimit),
            ("BASE_REWARD_FACTOR", baseRewardFactor),
            ("WHISTLEBLOWER_REWARD_QUOTIENT", whistleblowerRewardQuotient),
            ("PROPOSER_REWARD_QUOTIENT", proposerRewardQuotient),
            ("INACTIVITY_PENALTY_QUOTIENT", inactivityPenaltyQuotient),
            ("MIN_SLASHING_PENALTY_QUOTIENT", minSlashingPenaltyQuotient),
            ("PROPORTIONAL_SLASHING_MULTIPLIER", proportionalSlashingMultiplier),
            ("MAX_PROPOSER_SLASHINGS", maxProposerSlashings),
            ("MAX_ATTESTER_SLASHINGS", maxAttesterSlashings),
            ("MAX_ATTESTATIONS", maxAttestations),
            ("MAX_DEPOSITS", maxDeposits),
            ("MAX_VOLUNTARY_EXITS", maxVoluntaryExits),
            ("INACTIVITY_PENALTY_QUOTIENT_ALTAIR", inactivityPenaltyQuotientAltair),
            ("MIN_SLASHING_PENALTY_QUOTIENT_ALTAIR", minSlashingPenaltyQuotientAltair),
            ("PROPORTIONAL_SLASHING_MULTIPLIER_ALTAIR", proportionalSlashingMultiplierAltair),
            ("SYNC_COMMITTEE_SIZE", syncCommitteeSize),
            ("EPOCHS_PER_SYNC_COMMITTEE_PERIOD", epochsPerSyncCommitteePeriod),
            ("MIN_SYNC_COMMITTEE_PARTICIPANTS", minSyncCommitteeParticipants),
            ("UPDATE_TIMEOUT", updateTimeout),
            ("INACTIVITY_PENALTY_QUOTIENT_BELLATRIX", inactivityPenaltyQuotientBellatrix),
            ("MIN_SLASHING_PENALTY_QUOTIENT_BELLATRIX", minSlashingPenaltyQuotientBellatrix),
            ("PROPORTIONAL_SLASHING_MULTIPLIER_BELLATRIX", proportionalSlashingMultiplierBellatrix),
            ("MAX_BYTES_PER_TRANSACTION", maxBytesPerTransaction),
            ("MAX_TRANSACTIONS_PER_PAYLOAD", maxTransactionsPerPayload),
            ("BYTES_PER_LOGS_BLOOM", bytesPerLogsBloom),
            ("MAX_EXTRA_DATA_BYTES", maxExtraDataBytes),
            ("MAX_BLS_TO_EXECUTION_CHANGES", maxBlsToExecutionChanges),
            ("MAX_WITHDRAWALS_PER_PAYLOAD", maxWithdrawalsPerPayload),
            ("MAX_VALIDATORS_PER_WITHDRAWALS_SWEEP", maxValidatorsPerWithdrawalsSweep),
            ("FIELD_ELEMENTS_PER_BLOB", fieldElementsPerBlob),
            ("MAX_BLOB_COMMITMENTS_PER_BLOCK", maxBlobCommitmentsPerBlock),
            ("KZG_COMMITMENT_INCLUSION_PROOF_DEPTH", kzgCommitmentInclusionProofDepth),
            ("MIN_ACTIVATION_BALANCE", minActivationBalance),
            ("MAX_EFFECTIVE_BALANCE_ELECTRA", maxEffectiveBalanceElectra),
            ("PENDING_DEPOSITS_LIMIT", pendingDepositsLimit),
            ("PENDING_PARTIAL_WITHDRAWALS_LIMIT", pendingPartialWithdrawalsLimit),
            ("PENDING_CONSOLIDATIONS_LIMIT", pendingConsolidationsLimit),
            ("MIN_SLASHING_PENALTY_QUOTIENT_ELECTRA", minSlashingPenaltyQuotientElectra),
            ("WHISTLEBLOWER_REWARD_QUOTIENT_ELECTRA", whistleblowerRewardQuotientElectra),
            ("MAX_ATTESTER_SLASHINGS_ELECTRA", maxAttesterSlashingsElectra),
            ("MAX_ATTESTATIONS_ELECTRA", maxAttestationsElectra),
            ("MAX_DEPOSIT_REQUESTS_PER_PAYLOAD", maxDepositRequestsPerPayload),
            ("MAX_WITHDRAWAL_REQUESTS_PER_PAYLOAD", maxWithdrawalRequestsPerPayload),
            ("MAX_CONSOLIDATION_REQUESTS_PER_PAYLOAD", maxConsolidationRequestsPerPayload),
            ("MAX_PENDING_PARTIALS_PER_WITHDRAWALS_SWEEP", maxPendingPartialsPerWithdrawalsSweep),
            ("MAX_PENDING_DEPOSITS_PER_EPOCH", maxPendingDepositsPerEpoch),
        ]
    }
}
