import BeaconTypes
import HTTPDoor
import Hummingbird
import ServiceInterfaces

extension BeaconDoor {
    func addDebugRoutes(to routes: RouteTable) {
        for version in ["v1", "v2"] {
            routes.get("/eth/\(version)/debug/beacon/states/:state_id", offers: nil) { request, context in
                let state = try await state(context)
                return try Response.versioned(state.state, spec, state.marks, spec: spec, for: request)
            }
        }
    }
}
