import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// `/polai/v1/pool`: ACK evidence and certificates that wait for a block.
    func addAckPoolRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        guard spec.fork == .pol else { return }
        let pool = "/polai/v1/pool"
        routes.get("\(pool)/ack_quorum_slashings") { _, _ in
            Response.data(.array(await services.pooledAckQuorumSlashings().map { $0.json(spec) }))
        }
        routes.post("\(pool)/ack_quorum_slashings", offers: nil) { request, _ in
            let slashing = try await request.value(AckQuorumSlashing.self, spec, upTo: BodyLimit.single)
            return try await Response.submitting { try await services.submit(slashing) }
        }
        routes.get("\(pool)/ack_contradictions") { _, _ in
            Response.data(.array(await services.pooledAckContradictions().map { $0.json(spec) }))
        }
        routes.post("\(pool)/ack_contradictions", offers: nil) { request, _ in
            let contradiction = try await request.value(AckContradiction.self, spec, upTo: BodyLimit.single)
            return try await Response.submitting { try await services.submit(contradiction) }
        }
        routes.get("\(pool)/ack_certificates") { _, _ in
            Response.data(.array(await services.pooledAckCertificates().map { $0.json(spec) }))
        }
        routes.post("\(pool)/ack_certificates", offers: nil) { request, _ in
            let certificate = try await request.value(AckCertificate.self, spec, upTo: BodyLimit.single)
            do {
                try await services.submitAckCertificate(certificate)
            } catch let error as CancellationError {
                throw error
            } catch let refusal as any Refusal {
                let status = Self.status(of: refusal)
                throw DoorError(status, refusing: refusal, status == .badRequest ? "Invalid ACK certificate: \(refusal)" : nil)
            } catch {
                throw DoorError.badRequest("Invalid ACK certificate: \(error)")
            }
            return Response(status: .ok)
        }
    }
}
