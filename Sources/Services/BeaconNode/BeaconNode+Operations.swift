public import BeaconTypes
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: BeaconOperations, OperationEventSource {
    public func operationEvents() -> AsyncStream<OperationEvent> { announcements.operations.subscribe() }

    /// How many streams of operations are open.
    public var operationSubscribers: Int { announcements.operations.subscriberCount }

    public func pooledAttestations(slot: Slot?, committeeIndex: CommitteeIndex?) async -> [Attestation] {
        guard let state = try? view.operationState() else { return [] }
        return await pools.attestations.pooled(slot: slot, committeeIndex: committeeIndex, on: state)
    }

    public func pooledAttesterSlashings() async -> [AttesterSlashing] { await pools.operations.attesterSlashings.operations }
    public func pooledProposerSlashings() async -> [ProposerSlashing] { await pools.operations.proposerSlashings.operations }
    public func pooledVoluntaryExits() async -> [SignedVoluntaryExit] { await pools.operations.voluntaryExits.operations }
    public func pooledBLSToExecutionChanges() async -> [SignedBLSToExecutionChange] {
        await pools.operations.blsToExecutionChanges.operations
    }
    public func pooledAckQuorumSlashings() async -> [AckQuorumSlashing] { await pools.operations.ackQuorumSlashings.operations }
    public func pooledAckContradictions() async -> [AckContradiction] { await pools.operations.ackContradictions.operations }

    public func submit(_ slashing: AttesterSlashing) async throws {
        try await pools.submit(slashing)
        let second = Set(slashing.attestation2.attestingIndices)
        // The votes of equivocators lose their weight at once (phase0 fork-choice, `on_attester_slashing`).
        await importer.noteEquivocation(slashing.attestation1.attestingIndices.filter(second.contains))
    }

    public func submit(_ slashing: ProposerSlashing) async throws { try await pools.submit(slashing) }
    public func submit(_ exit: SignedVoluntaryExit) async throws { try await pools.submit(exit) }
    public func submit(_ change: SignedBLSToExecutionChange) async throws { try await pools.submit(change) }
    public func submit(_ slashing: AckQuorumSlashing) async throws { try await pools.submit(slashing) }
    public func submit(_ contradiction: AckContradiction) async throws { try await pools.submit(contradiction) }
}
