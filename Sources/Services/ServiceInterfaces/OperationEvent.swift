public import BeaconTypes
public import Primitives

/// What a beacon node accepted besides blocks on its chain, in the order in which it did: for event streams, gossip and
/// the slasher.
public enum OperationEvent: Sendable {
    /// A block passed the first checks, before it is imported.
    case blockGossip(root: Root, slot: Slot)
    /// One validator's vote.
    case singleAttestation(SingleAttestation)
    /// An aggregator's aggregate.
    case aggregate(SignedAggregateAndProof)
    case attesterSlashing(AttesterSlashing)
    case proposerSlashing(ProposerSlashing)
    case voluntaryExit(SignedVoluntaryExit)
    case blsToExecutionChange(SignedBLSToExecutionChange)
    case syncCommitteeMessage(SyncCommitteeMessage)
    case contributionAndProof(SignedContributionAndProof)
    case ackQuorumSlashing(AckQuorumSlashing)
    case ackContradiction(AckContradiction)
}

/// Announces every operation that a beacon node takes into its pools.
public protocol OperationEventSource: Sendable {
    /// What is accepted from now on. The stream ends when the node stops.
    func operationEvents() async -> AsyncStream<OperationEvent>
}
