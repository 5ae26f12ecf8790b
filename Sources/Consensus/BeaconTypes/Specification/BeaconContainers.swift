import EngineTypes

/// Every container under its specification name, for vector runners and other tools that learn at run time what to decode.
public enum BeaconContainers {
    /// All containers of both forks.
    public static let all: [String: any BeaconContainer.Type] = ethereum.merging(pol) { _, ours in ours }

    /// The containers of Ethereum's specification, phase0 to Electra.
    public static let ethereum: [String: any BeaconContainer.Type] = [
        "AggregateAndProof": AggregateAndProof.self, "Attestation": Attestation.self,
        "AttestationData": AttestationData.self, "AttesterSlashing": AttesterSlashing.self,
        "BLSToExecutionChange": BLSToExecutionChange.self, "BeaconBlock": BeaconBlock.self,
        "BeaconBlockBody": BeaconBlockBody.self, "BeaconBlockHeader": BeaconBlockHeader.self,
        "BeaconState": BeaconState.self, "BlobIdentifier": BlobIdentifier.self, "BlobSidecar": BlobSidecar.self,
        "Checkpoint": Checkpoint.self, "ConsolidationRequest": ConsolidationRequest.self,
        "ContributionAndProof": ContributionAndProof.self, "Deposit": Deposit.self, "DepositData": DepositData.self,
        "DepositMessage": DepositMessage.self, "DepositRequest": DepositRequest.self, "Eth1Block": Eth1Block.self,
        "Eth1Data": Eth1Data.self, "ExecutionPayload": ExecutionPayload.self,
        "ExecutionPayloadHeader": ExecutionPayloadHeader.self, "ExecutionRequests": ExecutionRequests.self,
        "Fork": Fork.self, "ForkData": ForkData.self, "HistoricalBatch": HistoricalBatch.self,
        "HistoricalSummary": HistoricalSummary.self, "IndexedAttestation": IndexedAttestation.self,
        "LightClientBootstrap": LightClientBootstrap.self,
        "LightClientFinalityUpdate": LightClientFinalityUpdate.self, "LightClientHeader": LightClientHeader.self,
        "LightClientOptimisticUpdate": LightClientOptimisticUpdate.self, "LightClientUpdate": LightClientUpdate.self,
        "NewPayloadRequest": NewPayloadRequest.self, "PendingConsolidation": PendingConsolidation.self,
        "PendingDeposit": PendingDeposit.self, "PendingPartialWithdrawal": PendingPartialWithdrawal.self,
        "PowBlock": PowBlock.self, "ProposerSlashing": ProposerSlashing.self,
        "SignedAggregateAndProof": SignedAggregateAndProof.self,
        "SignedBLSToExecutionChange": SignedBLSToExecutionChange.self, "SignedBeaconBlock": SignedBeaconBlock.self,
        "SignedBeaconBlockHeader": SignedBeaconBlockHeader.self,
        "SignedContributionAndProof": SignedContributionAndProof.self,
        "SignedVoluntaryExit": SignedVoluntaryExit.self, "SigningData": SigningData.self,
        "SingleAttestation": SingleAttestation.self, "SyncAggregate": SyncAggregate.self,
        "SyncAggregatorSelectionData": SyncAggregatorSelectionData.self, "SyncCommittee": SyncCommittee.self,
        "SyncCommitteeContribution": SyncCommitteeContribution.self,
        "SyncCommitteeMessage": SyncCommitteeMessage.self, "Validator": Validator.self,
        "VoluntaryExit": VoluntaryExit.self, "Withdrawal": Withdrawal.self,
        "WithdrawalRequest": WithdrawalRequest.self,
    ]

    /// The containers that only the `pol` fork has.
    public static let pol: [String: any BeaconContainer.Type] = [
        "AckAggregate": AckAggregate.self, "AckCertificate": AckCertificate.self,
        "AckContradiction": AckContradiction.self, "AckQuorumSlashing": AckQuorumSlashing.self,
        "AckStatement": AckStatement.self, "CandidateInput": CandidateInput.self, "GateLosses": GateLosses.self,
        "GeneralLoss": GeneralLoss.self, "LearningState": LearningState.self, "SealedAck": SealedAck.self,
        "SignedUpdateAck": SignedUpdateAck.self,
        "TrainerReward": TrainerReward.self, "UpdateAck": UpdateAck.self,
        "UpdateCandidate": UpdateCandidate.self,
    ]
}
