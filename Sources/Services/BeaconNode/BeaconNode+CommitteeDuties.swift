public import BeaconTypes
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: CommitteeDuties {
    public func aggregateAttestation(slot: Slot, dataRoot: Root, committeeIndex: CommitteeIndex) async throws -> Attestation? {
        try await pools.aggregate(slot: slot, dataRoot: dataRoot, committeeIndex: committeeIndex)
    }

    public func submitAggregates(_ aggregates: [SignedAggregateAndProof]) async throws {
        try await collect(aggregates) { aggregate in
            await importer.queue([try await pools.take(aggregate)])
        }
    }

    public func syncDuties(epoch: Epoch, indices: [ValidatorIndex]) throws -> [SyncDuty] {
        let view = view
        let state = try view.operationState()
        let seats = try view.syncCommittee(period: epoch / spec.preset.epochsPerSyncCommitteePeriod, state)
        return indices.compactMap { index in
            let positions = seats.indices.filter { seats[$0] == index }
            guard !positions.isEmpty, let validator = try? state.validator(index) else { return nil }
            return SyncDuty(publicKey: validator.pubkey, validatorIndex: index, syncCommitteeIndices: positions.map { UInt64($0) })
        }
    }

    public func submitSyncCommitteeMessages(_ messages: [SyncCommitteeMessage]) async throws {
        try await collect(messages) { try await pools.take($0) }
    }

    public func syncCommitteeContribution(
        slot: Slot, subcommitteeIndex: UInt64, blockRoot: Root
    ) async throws -> SyncCommitteeContribution? {
        try await pools.contribution(slot: slot, subcommitteeIndex: subcommitteeIndex, blockRoot: blockRoot)
    }

    public func submitContributions(_ contributions: [SignedContributionAndProof]) async throws {
        try await collect(contributions) { try await pools.take($0) }
    }

    /// Offers each message to `take`, then throws what was refused, if anything was.
    private func collect<Message: Sendable>(_ messages: [Message], _ take: (Message) async throws -> Void) async throws {
        var failures: [SubmissionRefused.Failure] = []
        for (index, message) in messages.enumerated() {
            do {
                try await take(message)
            } catch {
                failures.append(.init(index: index, error))
            }
        }
        if !failures.isEmpty { throw SubmissionRefused(failures) }
    }
}
