import BeaconTypes
import HTTPDoor
import Hummingbird
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// The state's queues since Electra.
    func addPendingRoutes(to routes: RouteTable) {
        let states = "/eth/v1/beacon/states/:state_id"
        routes.get("\(states)/pending_deposits", offers: nil) { request, context in
            try await queue(request, context) {
                $0.pendingDeposits
            } limit: {
                $0.pendingDepositsLimit
            }
        }
        routes.get("\(states)/pending_partial_withdrawals", offers: nil) { request, context in
            try await queue(request, context) {
                $0.pendingPartialWithdrawals
            } limit: {
                $0.pendingPartialWithdrawalsLimit
            }
        }
        routes.get("\(states)/pending_consolidations", offers: nil) { request, context in
            try await queue(request, context) {
                $0.pendingConsolidations
            } limit: {
                $0.pendingConsolidationsLimit
            }
        }
    }

    private func queue<Element: BeaconContainer>(
        _ request: Request, _ context: DoorContext, _ elements: (BeaconState) -> SSZList<Element>, limit: (Preset) -> UInt64
    ) async throws -> Response {
        let state = try await state(context)
        return try Response.versioned(
            elements(state.state), .limit(limit(spec.preset), of: spec), state.marks, isShared: true, spec: spec,
            for: request)
    }
}
