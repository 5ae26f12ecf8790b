import BeaconTypes
import HTTPDoor
import JSON
import Primitives
import ServiceInterfaces
import StateTransition

extension BeaconDoor {
    /// The event of one of the chain's changes, under the topic asked for; `nil` when it has become impossible to tell.
    func serverSentEvent(_ event: BeaconEvent, topic: String) async -> ServerSentEvent? {
        guard let data = try? await topic == "head_v2" ? secondHead(event) : data(of: event) else { return nil }
        return ServerSentEvent(event: topic, data: data.description)
    }

    /// The newer form of the head event. A payload always comes with its block here.
    private func secondHead(_ event: BeaconEvent) async throws -> JSONValue {
        guard case .head(let root, let slot, let stateRoot, let isOptimistic) = event else { return .null }
        let duties = try await dutyRoots(head: root)
        return [
            "version": .string(ConsensusVersion.json),
            "data": [
                "slot": .string(String(slot)), "block": .string(root.hex), "state": .string(stateRoot.hex), "payload_status": "full",
                "epoch_transition": .bool(duties.isEpochTransition), "current_epoch_dependent_root": .string(duties.previous.hex),
                "next_epoch_dependent_root": .string(duties.current.hex), "execution_optimistic": .bool(isOptimistic),
            ],
        ]
    }

    private func data(of event: BeaconEvent) async throws -> JSONValue {
        switch event {
        case .block(let root, let slot, let isOptimistic):
            return ["slot": .string(String(slot)), "block": .string(root.hex), "execution_optimistic": .bool(isOptimistic)]
        case .head(let root, let slot, let stateRoot, let isOptimistic):
            let duties = try await dutyRoots(head: root)
            return [
                "slot": .string(String(slot)), "block": .string(root.hex), "state": .string(stateRoot.hex),
                "epoch_transition": .bool(duties.isEpochTransition), "previous_duty_dependent_root": .string(duties.previous.hex),
                "current_duty_dependent_root": .string(duties.current.hex), "execution_optimistic": .bool(isOptimistic),
            ]
        case .finalized(let checkpoint, let stateRoot, let isOptimistic):
            return [
                "block": .string(checkpoint.root.hex), "state": .string(stateRoot.hex), "epoch": .string(String(checkpoint.epoch)),
                "execution_optimistic": .bool(isOptimistic),
            ]
        case .chainReorg(let slot, let depth, let oldHead, let newHead, let isOptimistic):
            return [
                "slot": .string(String(slot)), "depth": .string(String(depth)), "old_head_block": .string(oldHead.hex),
                "new_head_block": .string(newHead.hex), "old_head_state": .string(try await stateRoot(of: oldHead).hex),
                "new_head_state": .string(try await stateRoot(of: newHead).hex),
                "epoch": .string(String(slot / spec.preset.slotsPerEpoch)), "execution_optimistic": .bool(isOptimistic),
            ]
        case .fastConfirmation(let root, let slot, let currentSlot):
            return ["block": .string(root.hex), "slot": .string(String(slot)), "current_slot": .string(String(currentSlot))]
        case .payloadAttributes(let building): return building.json
        }
    }

    private func stateRoot(of block: Root) async throws -> Root {
        try await chain.block(.root(block))?.block.message.stateRoot ?? .zero
    }

    private struct DutyRoots {
        var previous: Root
        var current: Root
        var isEpochTransition: Bool
    }

    /// The blocks that decide the duties of the head's epoch and of the next: the last ones before the previous
    /// epoch and before this one, genesis where there is none.
    private func dutyRoots(head: Root) async throws -> DutyRoots {
        let genesis = try await chain.blockRoot(.genesis) ?? .zero
        guard let block = try await chain.block(.root(head)), let found = try await chain.state(.root(head)) else {
            return DutyRoots(previous: genesis, current: genesis, isEpochTransition: false)
        }
        let state = CachedBeaconState(found.state, spec: spec)
        let epoch = state.computeEpochAtSlot(block.block.message.slot)
        let parentSlot = try await chain.block(.root(block.block.message.parentRoot))?.block.message.slot ?? 0
        func root(before epoch: Epoch) throws -> Root {
            let start = try state.computeStartSlotAtEpoch(epoch)
            return start == 0 ? genesis : try state.getBlockRootAtSlot(start - 1)
        }
        return DutyRoots(
            previous: try root(before: epoch == 0 ? 0 : epoch - 1), current: try root(before: epoch),
            isEpochTransition: state.computeEpochAtSlot(parentSlot) < epoch)
    }
}

extension BeaconEvent {
    /// The event's names in `/eth/v1/events`.
    var topics: [String] {
        switch self {
        case .block: ["block"]
        case .head: ["head", "head_v2"]
        case .finalized: ["finalized_checkpoint"]
        case .chainReorg: ["chain_reorg"]
        case .fastConfirmation: ["fast_confirmation"]
        case .payloadAttributes: ["payload_attributes"]
        }
    }
}
