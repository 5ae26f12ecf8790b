import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import ServiceInterfaces
import SSZ

extension BeaconDoor {
    func addStateRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/states/:state_id/root") { _, context in
            let state = try await state(context)
            return Response.chainData(["root": .string(state.root.hex)], state.marks)
        }
        routes.get("/eth/v1/beacon/states/:state_id/fork") { _, context in
            let state = try await state(context)
            return Response.chainData(state.state.fork.json(spec), state.marks)
        }
        routes.get("/eth/v1/beacon/states/:state_id/finality_checkpoints") { _, context in
            let state = try await state(context)
            return Response.chainData(
                [
                    "previous_justified": state.state.previousJustifiedCheckpoint.json(spec),
                    "current_justified": state.state.currentJustifiedCheckpoint.json(spec),
                    "finalized": state.state.finalizedCheckpoint.json(spec),
                ], state.marks)
        }
        routes.get("/eth/v1/beacon/states/:state_id/randao") { request, context in
            let state = try await state(context)
            let current = state.state.slot / spec.preset.slotsPerEpoch
            let epoch = try request.queryNumber("epoch") ?? current
            let mixes = state.state.randaoMixes
            guard epoch <= current, current - epoch < UInt64(mixes.count) else {
                throw DoorError.badRequest("Epoch \(epoch) is out of range for the randao_mixes of the state in epoch \(current)")
            }
            return Response.chainData(["randao": .string(mixes[Int(epoch % UInt64(mixes.count))].hex)], state.marks)
        }
    }
}
