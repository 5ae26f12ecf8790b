import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addAttestationPoolRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        for version in ["v1", "v2"] {
            routes.get("/eth/\(version)/beacon/pool/attestations") { request, _ in
                let attestations = await services.pooledAttestations(
                    slot: try request.queryNumber("slot"), committeeIndex: try request.queryNumber("committee_index"))
                return Response.versionedJSON(.array(attestations.map { $0.json(spec) }))
            }
            routes.post("/eth/\(version)/beacon/pool/attestations", offers: nil) { request, _ in
                let attestations = try await request.values(SingleAttestation.self, spec, most: spec.preset.maxValidatorsPerSlot)
                return try await Response.submitting(isBatch: true) { try await services.submitAttestations(attestations) }
            }
            routes.get("/eth/\(version)/beacon/pool/attester_slashings") { _, _ in
                Response.versionedJSON(.array(await services.pooledAttesterSlashings().map { $0.json(spec) }))
            }
            routes.post("/eth/\(version)/beacon/pool/attester_slashings", offers: nil) { request, _ in
                let slashing = try await request.value(AttesterSlashing.self, spec, upTo: BodyLimit.batch)
                return try await Response.submitting { try await services.submit(slashing) }
            }
        }
    }
}
