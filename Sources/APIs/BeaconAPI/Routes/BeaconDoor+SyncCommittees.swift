import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import ServiceInterfaces
import StateTransition

extension BeaconDoor {
    func addSyncCommitteeRoute(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/states/:state_id/sync_committees") { request, context in
            let wanted = try request.queryNumber("epoch")
            let found = try await state(context)
            let state = CachedBeaconState(found.state, spec: spec)
            let current = state.currentEpoch / spec.preset.epochsPerSyncCommitteePeriod
            let period = (wanted ?? state.currentEpoch) / spec.preset.epochsPerSyncCommitteePeriod
            guard period == current || period == current + 1 else {
                throw DoorError.badRequest("Epoch \(wanted ?? 0) is outside the sync committee period of the state and the next")
            }
            let committee = period == current ? found.state.currentSyncCommittee : found.state.nextSyncCommittee
            let members = try committee.pubkeys.map { key -> JSONValue in
                guard let index = state.validatorIndex(of: key) else {
                    throw DoorError.notFound("Sync committee member not in the registry")
                }
                return .string(String(index))
            }
            let size = max(1, members.count / Int(Constant.syncCommitteeSubnetCount))
            let slices = stride(from: 0, to: members.count, by: size).map { start in
                JSONValue.array(Array(members[start..<min(start + size, members.count)]))
            }
            return Response.chainData(
                ["validators": .array(members), "validator_aggregates": .array(slices)], found.marks)
        }
    }
}
