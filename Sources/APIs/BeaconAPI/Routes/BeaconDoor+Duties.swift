import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconDoor {
    func addDutyRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        let duties = "validator/duties"
        routes.post("/eth/v1/\(duties)/attester/:epoch") { request, context in
            let epoch = try dutyEpoch(context)
            let indices = try await request.indices()
            let found = try await services.attesterDuties(epoch: epoch, indices: indices)
            let committees = try await committeesPerSlot(epoch)
            let root = try await dependentRoot(before: epoch == 0 ? 0 : epoch - 1)
            return await answer(found.map { json($0, committeesPerSlot: committees) }, dependentRoot: root)
        }
        routes.get("/eth/v1/\(duties)/proposer/:epoch") { _, context in
            let epoch = try dutyEpoch(context)
            return await answer(
                try await services.proposerDuties(epoch: epoch).map(json), dependentRoot: try await dependentRoot(before: epoch))
        }
        routes.get("/eth/v2/\(duties)/proposer/:epoch") { _, context in
            let epoch = try dutyEpoch(context)
            return await answer(
                try await services.proposerDuties(epoch: epoch).map(json),
                dependentRoot: try await dependentRoot(before: epoch == 0 ? 0 : epoch - 1))
        }
        routes.post("/eth/v1/\(duties)/sync/:epoch") { request, context in
            let epoch = try context.number("epoch")
            let indices = try await request.indices()
            do {
                return await answer(try await services.syncDuties(epoch: epoch, indices: indices).map(json), dependentRoot: nil)
            } catch let refused as SubmissionRefused {
                throw DoorError(.badRequest, refusing: refused, "Invalid epoch: \(epoch); \(refused)")
            }
        }
    }

    /// The epoch in the path: duties are known up to the next one.
    private func dutyEpoch(_ context: DoorContext) throws(DoorError) -> Epoch {
        let epoch = try context.number("epoch")
        let current = (chain.clock.currentSlot ?? 0) / spec.preset.slotsPerEpoch
        guard epoch <= current + 1 else {
            throw .badRequest("Invalid epoch: \(epoch) is too far ahead", hint: "duties are known up to epoch \(current + 1)")
        }
        return epoch
    }

    private func committeesPerSlot(_ epoch: Epoch) async throws -> UInt64 {
        guard let head = try await chain.state(.head) else { throw DoorError.notFound("State not found: head") }
        return CachedBeaconState(head.state, spec: spec).getCommitteeCountPerSlot(epoch)
    }

    /// The last block before `epoch`, genesis where there is none: a change of it changes duties.
    func dependentRoot(before epoch: Epoch) async throws -> Root {
        let genesis = try await chain.blockRoot(.genesis) ?? .zero
        let start = epoch * spec.preset.slotsPerEpoch
        guard start > 0, let head = try await chain.state(.head), let headRoot = try await chain.blockRoot(.head) else { return genesis }
        let state = CachedBeaconState(head.state, spec: spec)
        return start - 1 >= state.state.latestBlockHeader.slot ? headRoot : try state.getBlockRootAtSlot(start - 1)
    }

    /// Duties are the head's: on one that is not validated they are told, but nobody may do them.
    private func answer(_ duties: [JSONValue], dependentRoot: Root?) async -> Response {
        var members: [JSONValue.Member] = []
        if let dependentRoot { members.append(.init("dependent_root", .string(dependentRoot.hex))) }
        return .json(.object(members + [.init("execution_optimistic", .bool(await isHeadOptimistic())), .init("data", .array(duties))]))
    }

    private func json(_ duty: AttesterDuty, committeesPerSlot: UInt64) -> JSONValue {
        [
            "pubkey": .string(duty.publicKey.hex), "validator_index": .string(String(duty.validatorIndex)),
            "committee_index": .string(String(duty.committeeIndex)), "committee_length": .string(String(duty.committeeLength)),
            "committees_at_slot": .string(String(committeesPerSlot)),
            "validator_committee_index": .string(String(duty.validatorCommitteeIndex)), "slot": .string(String(duty.slot)),
        ]
    }

    private func json(_ duty: ProposerDuty) -> JSONValue {
        [
            "pubkey": .string(duty.publicKey.hex), "validator_index": .string(String(duty.validatorIndex)),
            "slot": .string(String(duty.slot)),
        ]
    }

    private func json(_ duty: SyncDuty) -> JSONValue {
        [
            "pubkey": .string(duty.publicKey.hex), "validator_index": .string(String(duty.validatorIndex)),
            "validator_sync_committee_indices": .array(duty.syncCommitteeIndices.map { .string(String($0)) }),
        ]
    }
}
