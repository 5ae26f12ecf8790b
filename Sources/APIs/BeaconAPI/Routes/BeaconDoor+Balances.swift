import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import ServiceInterfaces
import SSZ

extension BeaconDoor {
    func addBalanceRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/states/:state_id/validator_balances", offers: nil) { request, context in
            try await balances(try ValidatorFilter(ids: try Self.ids(request), statuses: []), request, context)
        }
        routes.post("/eth/v1/beacon/states/:state_id/validator_balances", offers: nil) { request, context in
            // Without a body all balances are asked for.
            let ids = try await request.optionalStrings()
            return try await balances(try ValidatorFilter(ids: ids, statuses: []), request, context)
        }
    }

    private func balances(_ filter: ValidatorFilter, _ request: Request, _ context: DoorContext) async throws -> Response {
        let type = try request.negotiate([MediaTypes.json, MediaTypes.ssz])
        let state = try await state(context)
        var found: [(index: ValidatorIndex, balance: Gwei)] = []
        for (position, (validator, balance)) in zip(state.state.validators, state.state.balances).enumerated()
        where filter.accepts(ValidatorIndex(position), validator) {
            found.append((ValidatorIndex(position), balance))
        }
        guard type == MediaTypes.json else {
            // List[Container{index: uint64, balance: uint64}]
            var bytes: [UInt8] = []
            for (index, balance) in found {
                index.serialize(Unshaped(), into: &bytes)
                balance.serialize(Unshaped(), into: &bytes)
            }
            return .bytes(bytes, type: MediaTypes.ssz)
        }
        let data = found.map {
            JSONValue.object([.init("index", .string(String($0.index))), .init("balance", .string(String($0.balance)))])
        }
        return .chainData(.array(data), state.marks)
    }
}
