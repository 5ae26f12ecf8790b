import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import ServiceInterfaces
import StateTransition

extension BeaconDoor {
    func addCommitteeRoute(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/states/:state_id/committees") { request, context in
            let (wantedEpoch, wantedSlot) = (try request.queryNumber("epoch"), try request.queryNumber("slot"))
            let wantedIndex = try request.queryNumber("index")
            let found = try await state(context)
            let state = CachedBeaconState(found.state, spec: spec)
            let epoch = try epoch(wantedEpoch, slot: wantedSlot, state)
            let first = try state.computeStartSlotAtEpoch(epoch)
            let perSlot = state.getCommitteeCountPerSlot(epoch)
            if let wantedIndex, wantedIndex >= perSlot {
                throw DoorError.badRequest("Invalid index: \(wantedIndex); epoch \(epoch) has \(perSlot) committees per slot")
            }
            var committees: [JSONValue] = []
            for slot in first..<(first + spec.preset.slotsPerEpoch) where wantedSlot == nil || wantedSlot == slot {
                for index in 0..<perSlot where wantedIndex == nil || wantedIndex == index {
                    committees.append([
                        "index": .string(String(index)), "slot": .string(String(slot)),
                        "validators": .array(try state.getBeaconCommittee(slot, index).map { .string(String($0)) }),
                    ])
                }
            }
            return Response.chainData(.array(committees), found.marks)
        }
    }

    /// The epoch asked for, which the state must be able to shuffle: its RANDAO mix is known, and no later than the next.
    private func epoch(_ wanted: Epoch?, slot: Slot?, _ state: CachedBeaconState) throws(DoorError) -> Epoch {
        let current = state.currentEpoch
        let epoch = wanted ?? slot.map { state.computeEpochAtSlot($0) } ?? current
        if let slot, state.computeEpochAtSlot(slot) != epoch { throw .badRequest("Slot \(slot) does not belong in epoch \(epoch)") }
        let known = spec.preset.epochsPerHistoricalVector - spec.preset.minSeedLookahead - 1
        guard epoch <= current + 1, current <= epoch || current - epoch < known else {
            throw .badRequest("Epoch \(epoch) is out of range for the state in epoch \(current)")
        }
        return epoch
    }
}
