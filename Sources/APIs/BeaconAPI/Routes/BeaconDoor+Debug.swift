import BeaconTypes
import HTTPDoor
import Hummingbird
import ServiceInterfaces

extension BeaconDoor {
    func addDebugRoutes(to router: DoorRouter) {
        router.get("/eth/v2/debug/beacon/states/:state_id") { request, context in
            let state = try await state(context)
            return try Response.versioned(state.state, finalized: state.isFinalized, spec: spec, for: request)
        }
    }
}
