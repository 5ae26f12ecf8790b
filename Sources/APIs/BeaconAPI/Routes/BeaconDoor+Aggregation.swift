import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addAggregationRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        for version in ["v1", "v2"] {
            routes.get("/eth/\(version)/validator/aggregate_attestation", offers: nil) { request, _ in
                let root = try request.requiredHex("attestation_data_root", as: Root.self)
                let slot = try request.requiredNumber("slot")
                // Version 1 knew no committee index: on this chain's preset there is only committee 0.
                let index = try version == "v2" ? request.requiredNumber("committee_index") : request.queryNumber("committee_index") ?? 0
                guard let attestation = try await services.aggregateAttestation(slot: slot, dataRoot: root, committeeIndex: index) else {
                    throw DoorError.notFound("No attestation known for data root \(root.hex) in slot \(slot)")
                }
                return try Response.versioned(attestation, spec, isShared: true, spec: spec, for: request)
            }
            routes.post("/eth/\(version)/validator/aggregate_and_proofs", offers: nil) { request, _ in
                let aggregates = try await request.values(SignedAggregateAndProof.self, spec, most: spec.preset.maxValidatorsPerSlot)
                return try await Response.submitting(isBatch: true) { try await services.submitAggregates(aggregates) }
            }
        }
        routes.get("/eth/v1/validator/sync_committee_contribution") { request, _ in
            let slot = try request.requiredNumber("slot")
            let subcommittee = try request.requiredNumber("subcommittee_index")
            let root = try request.requiredHex("beacon_block_root", as: Root.self)
            do {
                let contribution = try await services.syncCommitteeContribution(
                    slot: slot, subcommitteeIndex: subcommittee, blockRoot: root)
                guard let contribution else {
                    throw DoorError.notFound("No sync committee messages known for block \(root.hex) in slot \(slot)")
                }
                return Response.data(contribution.json(spec))
            } catch let refused as SubmissionRefused {
                throw DoorError(.badRequest, refusing: refused)
            }
        }
        routes.post("/eth/v1/validator/contribution_and_proofs", offers: nil) { request, _ in
            let contributions = try await request.values(SignedContributionAndProof.self, spec, most: spec.preset.validatorRegistryLimit)
            return try await Response.submitting(isBatch: true) { try await services.submitContributions(contributions) }
        }
    }
}
