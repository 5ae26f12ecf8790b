import BeaconTypes
import JSON
import Primitives
import SSZ

/// Runner `ssz_static`: every container decodes, encodes to the same bytes and has the right root.
enum SSZStaticVectors {
    static func run(_ testCase: SpecTestCase) throws {
        guard let type = types[testCase.handler] else { throw SpecTestFailure.skipped("container \(testCase.handler)") }
        guard let bytes = try testCase.bytes("serialized"), let rootText = try testCase.yaml("roots")["root"]?.string else {
            throw SpecTestFailure("serialized.ssz_snappy or roots.yaml is missing")
        }
        try check(type, bytes, root: try Hash32(hex: rootText), try testCase.spec)
    }

    private static func check<Value: BeaconContainer>(
        _ type: Value.Type, _ bytes: [UInt8], root: Hash32, _ spec: BeaconSpec
    ) throws {
        let value = try Value(deserializing: bytes, spec)
        if value.serialize(spec) != bytes { throw SpecTestFailure("serialises otherwise") }
        let actual = value.hashTreeRoot(spec)
        if actual != root { throw SpecTestFailure("root \(actual), expected \(root)") }
    }

    private static let types: [String: any BeaconContainer.Type] = [
        "AggregateAndProof": AggregateAndProof.self, "Attestation": Attestation.self,
        "AttestationData": AttestationData.self, "AttesterSlashing": AttesterSlashing.self,
        "BeaconBlock": BeaconBlock.self, "BeaconBlockBody": BeaconBlockBody.self,
        "BeaconBlockHeader": BeaconBlockHeader.self, "BeaconState": BeaconState.self,
        "BlobIdentifier": BlobIdentifier.self, "BlobSidecar": BlobSidecar.self,
        "BLSToExecutionChange": BLSToExecutionChange.self, "Checkpoint": Checkpoint.self,
        "ConsolidationRequest": ConsolidationRequest.self, "ContributionAndProof": ContributionAndProof.self,
        "Deposit": Deposit.self, "DepositData": DepositData.self, "DepositMessage": DepositMessage.self,
        "DepositRequest": DepositRequest.self, "Eth1Block": Eth1Block.self, "Eth1Data": Eth1Data.self,
        "ExecutionPayload": ExecutionPayload.self, "ExecutionPayloadHeader": ExecutionPayloadHeader.self,
        "ExecutionRequests": ExecutionRequests.self, "Fork": Fork.self, "ForkData": ForkData.self,
        "HistoricalBatch": HistoricalBatch.self, "HistoricalSummary": HistoricalSummary.self,
        "IndexedAttestation": IndexedAttestation.self, "LightClientBootstrap": LightClientBootstrap.self,
        "LightClientFinalityUpdate": LightClientFinalityUpdate.self, "LightClientHeader": LightClientHeader.self,
        "LightClientOptimisticUpdate": LightClientOptimisticUpdate.self, "LightClientUpdate": LightClientUpdate.self,
        "NewPayloadRequest": NewPayloadRequest.self, "PendingConsolidation": PendingConsolidation.self,
        "PendingDeposit": PendingDeposit.self, "PendingPartialWithdrawal": PendingPartialWithdrawal.self,
        "PowBlock": PowBlock.self, "ProposerSlashing": ProposerSlashing.self,
        "SignedAggregateAndProof": SignedAggregateAndProof.self, "SignedBeaconBlock": SignedBeaconBlock.self,
        "SignedBeaconBlockHeader": SignedBeaconBlockHeader.self,
        "SignedBLSToExecutionChange": SignedBLSToExecutionChange.self,
        "SignedContributionAndProof": SignedContributionAndProof.self, "SignedVoluntaryExit": SignedVoluntaryExit.self,
        "SigningData": SigningData.self, "SingleAttestation": SingleAttestation.self, "SyncAggregate": SyncAggregate.self,
        "SyncAggregatorSelectionData": SyncAggregatorSelectionData.self, "SyncCommittee": SyncCommittee.self,
        "SyncCommitteeContribution": SyncCommitteeContribution.self, "SyncCommitteeMessage": SyncCommitteeMessage.self,
        "Validator": Validator.self, "VoluntaryExit": VoluntaryExit.self, "Withdrawal": Withdrawal.self,
        "WithdrawalRequest": WithdrawalRequest.self,
    ]
}
