public import BeaconTypes
import JSON
public import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode: CommitteeDuties {
    public func aggregateAttestation(slot: Slot, dataRoot: Root, committeeIndex: CommitteeIndex) async throws -> Attestation? {
        try await fetchIfFound(
            .get(
                "/eth/v2/validator/aggregate_attestation",
                [("attestation_data_root", dataRoot.hex), ("slot", String(slot)), ("committee_index", String(committeeIndex))]))?
            .data.container(Attestation.self, spec)
    }

    public func submitAggregates(_ aggregates: [SignedAggregateAndProof]) async throws {
        let body = JSONValue.array(aggregates.map { $0.json(spec) })
        _ = try await fetch(.post("/eth/v2/validator/aggregate_and_proofs", body, version: spec.fork.rawValue))
    }

    public func syncDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [SyncDuty] {
        let answer = try await fetch(.post("/eth/v1/validator/duties/sync/\(epoch)", .array(indices.map { .string(String($0)) })))
        let duties = try answer.data.list().map { fields throws(RemoteBeaconNodeError) in
            let seats = try fields.field("validator_sync_committee_indices").list().map { AnswerFields.number($0.value) }
            guard !seats.contains(nil) else { throw fields.malformed("validator_sync_committee_indices should be numbers in strings") }
            return SyncDuty(
                publicKey: try fields.publicKey("pubkey"), validatorIndex: try fields.number("validator_index"),
                syncCommitteeIndices: seats.compactMap(\.self))
        }
        await subscribe(duties, epoch: epoch)
        return duties
    }

    public func submitSyncCommitteeMessages(_ messages: [SyncCommitteeMessage]) async throws {
        _ = try await fetch(.post("/eth/v1/beacon/pool/sync_committees", .array(messages.map { $0.json(spec) })))
    }

    public func syncCommitteeContribution(
        slot: Slot, subcommitteeIndex: UInt64, blockRoot: Root
    ) async throws -> SyncCommitteeContribution? {
        try await fetchIfFound(
            .get(
                "/eth/v1/validator/sync_committee_contribution",
                [("slot", String(slot)), ("subcommittee_index", String(subcommitteeIndex)), ("beacon_block_root", blockRoot.hex)]))?
            .data.container(SyncCommitteeContribution.self, spec)
    }

    public func submitContributions(_ contributions: [SignedContributionAndProof]) async throws {
        _ = try await fetch(.post("/eth/v1/validator/contribution_and_proofs", .array(contributions.map { $0.json(spec) })))
    }

    public func headRoot() async throws -> Root {
        try await fetch(.get("/eth/v1/beacon/blocks/head/root")).verified().data.root("root")
    }
}
