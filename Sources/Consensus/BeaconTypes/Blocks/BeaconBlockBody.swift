public import EngineTypes
public import Primitives
public import SSZ

/// `BeaconBlockBody`: what a proposer puts into a block (electra `beacon-chain.md`); the last three fields belong to the `pol` fork.
public struct BeaconBlockBody: Hashable, Sendable {
    public var randaoReveal = BLSSignature()
    public var eth1Data = Eth1Data()
    public var graffiti: Bytes32 = .zero
    public var proposerSlashings: [ProposerSlashing] = []
    public var attesterSlashings: [AttesterSlashing] = []
    public var attestations: [Attestation] = []
    public var deposits: [Deposit] = []
    public var voluntaryExits: [SignedVoluntaryExit] = []
    public var syncAggregate = SyncAggregate()
    public var executionPayload = ExecutionPayload()
    public var blsToExecutionChanges: [SignedBLSToExecutionChange] = []
    public var blobKzgCommitments: [KZGCommitment] = []
    public var executionRequests = ExecutionRequests()
    /// The certificate for the update of this block, or the empty one. `pol` fork only.
    public var ackCertificate = AckCertificate()
    /// `pol` fork only.
    public var ackQuorumSlashings: [AckQuorumSlashing] = []
    /// `pol` fork only.
    public var ackContradictions: [AckContradiction] = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        randaoReveal: BLSSignature, eth1Data: Eth1Data, graffiti: Bytes32, proposerSlashings: [ProposerSlashing],
        attesterSlashings: [AttesterSlashing], attestations: [Attestation], deposits: [Deposit],
        voluntaryExits: [SignedVoluntaryExit], syncAggregate: SyncAggregate, executionPayload: ExecutionPayload,
        blsToExecutionChanges: [SignedBLSToExecutionChange], blobKzgCommitments: [KZGCommitment],
        executionRequests: ExecutionRequests, ackCertificate: AckCertificate = AckCertificate(),
        ackQuorumSlashings: [AckQuorumSlashing] = [], ackContradictions: [AckContradiction] = []
    ) {
        self.randaoReveal = randaoReveal
        self.eth1Data = eth1Data
        self.graffiti = graffiti
        self.proposerSlashings = proposerSlashings
        self.attesterSlashings = attesterSlashings
        self.attestations = attestations
        self.deposits = deposits
        self.voluntaryExits = voluntaryExits
        self.syncAggregate = syncAggregate
        self.executionPayload = executionPayload
        self.blsToExecutionChanges = blsToExecutionChanges
        self.blobKzgCommitments = blobKzgCommitments
        self.executionRequests = executionRequests
        self.ackCertificate = ackCertificate
        self.ackQuorumSlashings = ackQuorumSlashings
        self.ackContradictions = ackContradictions
    }
}

extension BeaconBlockBody: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("randao_reveal", &randaoReveal)
        try visitor.visit("eth1_data", &eth1Data, spec)
        try visitor.visit("graffiti", &graffiti)
        try visitor.visit("proposer_slashings", &proposerSlashings, .limit(spec.preset.maxProposerSlashings, of: spec))
        try visitor.visit("attester_slashings", &attesterSlashings, .limit(spec.preset.maxAttesterSlashingsElectra, of: spec))
        try visitor.visit("attestations", &attestations, .limit(spec.preset.maxAttestationsElectra, of: spec))
        try visitor.visit("deposits", &deposits, .limit(spec.preset.maxDeposits, of: spec))
        try visitor.visit("voluntary_exits", &voluntaryExits, .limit(spec.preset.maxVoluntaryExits, of: spec))
        try visitor.visit("sync_aggregate", &syncAggregate, spec)
        try visitor.visit("execution_payload", &executionPayload, spec)
        try visitor.visit("bls_to_execution_changes", &blsToExecutionChanges, .limit(spec.preset.maxBlsToExecutionChanges, of: spec))
        try visitor.visit("blob_kzg_commitments", &blobKzgCommitments, .limit(spec.preset.maxBlobCommitmentsPerBlock))
        try visitor.visit("execution_requests", &executionRequests, spec)
        guard spec.fork == .pol else { return }
        try visitor.visit("ack_certificate", &ackCertificate, spec)
        try visitor.visit("ack_quorum_slashings", &ackQuorumSlashings, .limit(Constant.maxAckQuorumSlashings, of: spec))
        try visitor.visit("ack_contradictions", &ackContradictions, .limit(Constant.maxAckContradictions, of: spec))
    }
}
