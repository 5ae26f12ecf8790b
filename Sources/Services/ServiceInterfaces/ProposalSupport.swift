public import BeaconTypes
public import Primitives

/// What remote validator clients need of a beacon node beside their duties.
public protocol ProposalSupport: Sendable {
    /// Where the execution fees of these validators' blocks go. When one of them proposes the next slot, its payload is begun.
    func prepareProposers(_ feeRecipients: [ValidatorIndex: ExecutionAddress]) async
    /// What the execution payload with this hash, produced by this node a moment ago, pays its proposer in wei.
    func payloadValue(_ blockHash: Hash32) async -> UInt256?
    /// The validators among `indices` that were seen to act in `epoch`, the current one or the one before.
    func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) async throws -> Set<ValidatorIndex>
    /// ACK certificates that wait for a block.
    func pooledAckCertificates() async -> [AckCertificate]
}

/// Everything that the beacon node's doors offer beyond reading the chain.
public typealias BeaconServices = AckCertificateTaking & AckCommittees & BeaconNodeClient & BeaconOperations & CommitteeDuties
    & ForkChoiceReader & LightClientReader & OperationEventSource & ProposalSupport & RewardReader
