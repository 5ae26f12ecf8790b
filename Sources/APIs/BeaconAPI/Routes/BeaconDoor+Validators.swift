import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import ServiceInterfaces
import SSZ

extension BeaconDoor {
    /// How many ids a query may hold; a POST may hold more.
    static let queryIDLimit = 64

    func addValidatorRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/states/:state_id/validators") { request, context in
            let filter = try ValidatorFilter(ids: try Self.ids(request), statuses: request.queryList("status"))
            return try await validators(filter, context)
        }
        routes.post("/eth/v1/beacon/states/:state_id/validators") { request, context in
            let body = try await request.json()
            guard body.object != nil else { throw DoorError.badRequest("Invalid request body: expected an object, found \(body.kind)") }
            let filter = try ValidatorFilter(
                ids: try ValidatorFilter.strings(body["ids"], "ids"), statuses: try ValidatorFilter.strings(body["statuses"], "statuses"))
            return try await validators(filter, context)
        }
        routes.get("/eth/v1/beacon/states/:state_id/validators/:validator_id") { _, context in
            let text = context.parameters.get("validator_id") ?? ""
            let filter = try ValidatorFilter(ids: [text], statuses: [])
            let state = try await state(context)
            guard let match = matches(filter, state.state).first else { throw DoorError.notFound("Validator not found: \(text)") }
            return Response.chainData(match, state.marks)
        }
    }

    /// The `id` parameters of a query.
    static func ids(_ request: Request) throws(DoorError) -> [String] {
        let ids = request.queryList("id")
        guard ids.count <= queryIDLimit else {
            throw DoorError(
                .uriTooLong, "Too many validator IDs in request: \(ids.count)", hint: "at most \(queryIDLimit); POST takes more")
        }
        return ids
    }

    private func validators(_ filter: ValidatorFilter, _ context: DoorContext) async throws -> Response {
        let state = try await state(context)
        return Response.chainData(.array(matches(filter, state.state)), state.marks)
    }

    private func matches(_ filter: ValidatorFilter, _ state: BeaconState) -> [JSONValue] {
        let epoch = state.slot / spec.preset.slotsPerEpoch
        var result: [JSONValue] = []
        for (position, (validator, balance)) in zip(state.validators, state.balances).enumerated() {
            let index = ValidatorIndex(position)
            let status = ValidatorStatus(validator, balance: balance, epoch: epoch)
            guard filter.accepts(index, validator), filter.accepts(status) else { continue }
            result.append([
                "index": .string(String(index)), "balance": .string(String(balance)), "status": .string(status.rawValue),
                "validator": validator.json(spec),
            ])
        }
        return result
    }
}
