import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addIdentityRoute(to routes: RouteTable) {
        routes.post("/eth/v1/beacon/states/:state_id/validator_identities", offers: nil) { request, context in
            let type = try request.negotiate([MediaTypes.json, MediaTypes.ssz])
            let filter = try ValidatorFilter(ids: try await request.optionalStrings(), statuses: [])
            let state = try await state(context)
            var found: [(index: ValidatorIndex, validator: Validator)] = []
            for (position, validator) in state.state.validators.enumerated() where filter.accepts(ValidatorIndex(position), validator) {
                found.append((ValidatorIndex(position), validator))
            }
            guard type == MediaTypes.json else {
                // List[Container{index: uint64, pubkey: Bytes48, activation_epoch: uint64}]
                var bytes: [UInt8] = []
                for (index, validator) in found {
                    index.serialize(Unshaped(), into: &bytes)
                    validator.pubkey.serialize(Unshaped(), into: &bytes)
                    validator.activationEpoch.serialize(Unshaped(), into: &bytes)
                }
                return .bytes(bytes, type: MediaTypes.ssz)
            }
            let data = found.map { index, validator -> JSONValue in
                [
                    "index": .string(String(index)), "pubkey": .string(validator.pubkey.hex),
                    "activation_epoch": .string(String(validator.activationEpoch)),
                ]
            }
            return .chainData(.array(data), state.marks)
        }
    }
}
