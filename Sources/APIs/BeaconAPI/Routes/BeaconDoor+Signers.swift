import AckQuorum
import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// What an averager in another process asks: who of a committee votes here, and their votes. Whoever is answered has
    /// validators sign what it found, so only holders of the node's JWT secret are.
    func addSignerRoutes(_ signers: Signers, to routes: RouteTable) {
        guard spec.fork == .pol else { return }
        routes.post("/polai/v1/validator/ack_signers") { request, _ in
            try signers.check.demand(request)
            let members = try await request.indices()
            return Response.data(.array(await signers.signer.signers(among: members).map { .string(String($0)) }))
        }
        routes.post("/polai/v1/validator/ack_votes") { request, _ in
            try signers.check.demand(request)
            let (statement, validator) = try Self.statement(try await request.json(), spec)
            return Response.data(try await signers.signer.sign(statement, validator: validator).json(spec))
        }
    }

    private static func statement(_ body: JSONValue, _ spec: BeaconSpec) throws(DoorError) -> (AckStatement, ValidatorIndex) {
        guard let index = body["validator_index"]?.string.flatMap({ ValidatorIndex($0) }) else {
            throw .badRequest("Invalid request body: validator_index should be a decimal number in a string")
        }
        do {
            return (try AckStatement(membersOf: body, spec), index)
        } catch {
            throw .badRequest("Invalid request body: \(error)")
        }
    }
}
