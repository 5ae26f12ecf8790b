import BeaconTypes
import HTTPDoor
import Hummingbird
import ServiceInterfaces
import SSZ

extension BeaconDoor {
    /// `/polai/v1/learning/{state_id}`: the state's `learning` container, as JSON or SSZ.
    func addLearningRoute(to routes: RouteTable) {
        routes.get("/polai/v1/learning/:state_id", offers: nil) { request, context in
            let state = try await state(context)
            guard spec.fork == .pol else { throw DoorError.notFound("The \(spec.fork.rawValue) fork has no learning state") }
            return try Response.versioned(state.state.learning, spec, state.marks, spec: spec, for: request)
        }
    }
}
