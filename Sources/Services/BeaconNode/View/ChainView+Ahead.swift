import BeaconTypes
import ForkChoice
import Primitives
import ServiceInterfaces
import StateTransition

/// States ahead of the head's, for duties, operations and proposals.
extension ChainView {
    /// How far the head's state is advanced to check operations while no blocks come: each slot costs a state root.
    private static let operationReach: UInt64 = 64

    /// The head's state at the slot of the next block, with its committees at hand.
    func operationState() throws -> CachedBeaconState {
        let slot = max(head.slot + 1, min(clock.currentSlot ?? 0, head.slot + Self.operationReach))
        return try archive.state(after: head.root, at: slot)
    }

    /// The next block's pre-state, or the head's state advanced to the start of `epoch` when that is later.
    func stateKnowing(epoch: Epoch) throws -> CachedBeaconState {
        let state = try operationState()
        guard epoch > state.currentEpoch + 1 else { return state }
        let start = epoch * spec.preset.slotsPerEpoch
        guard start <= currentSlot + 2 * spec.preset.slotsPerEpoch else {
            throw SubmissionRefused("epoch \(epoch) is too far ahead", rule: "too-far-ahead", fault: .circumstance)
        }
        return try archive.state(after: head.root, at: start)
    }

    /// Slots behind the head up to which votes for other branches are judged.
    private static var branchDepth: Slot { 64 }

    /// A state that can tell the committees of `epoch` on the chain of a known block: the head's, where both chains draw them by
    /// the same block.
    func stateKnowing(epoch: Epoch, on root: Root) throws -> CachedBeaconState {
        let (its, heads) = (
            forkChoice.shufflingDependentRoot(of: root, epoch: epoch), forkChoice.shufflingDependentRoot(of: head.root, epoch: epoch)
        )
        guard its != heads else { return try stateKnowing(epoch: epoch) }
        // Anybody may name any block in a vote, and the states of old ones have to be made anew.
        if let slot = forkChoice.node(root)?.slot, slot + Self.branchDepth < head.slot {
            throw SubmissionRefused("the branch of \(root.shortHex) was left long ago", rule: "branch-too-old", fault: .circumstance)
        }
        let state = try state(after: root)
        guard epoch > state.currentEpoch + 1 else { return state }
        let start = epoch * spec.preset.slotsPerEpoch
        guard start <= currentSlot + 2 * spec.preset.slotsPerEpoch else {
            throw SubmissionRefused("epoch \(epoch) is too far ahead", rule: "too-far-ahead", fault: .circumstance)
        }
        return try archive.state(after: root, at: start)
    }

    /// The head's state, advanced to the start of `epoch` when it is older.
    func headState(at epoch: Epoch) throws -> CachedBeaconState {
        guard epoch <= (clock.currentSlot ?? 0) / spec.preset.slotsPerEpoch + 1 else {
            throw BeaconNodeError.badRequest("epoch \(epoch) is more than one epoch ahead")
        }
        return try archive.state(after: head.root, at: epoch * spec.preset.slotsPerEpoch)
    }

    /// The head's state at `slot`, which is after the head and not far ahead.
    func stateProposing(_ slot: Slot) throws -> CachedBeaconState {
        guard slot <= currentSlot + 2 else {
            throw SubmissionRefused("slot \(slot) is too far ahead", rule: "too-far-ahead", fault: .circumstance)
        }
        guard slot > head.slot else {
            throw SubmissionRefused(StateTransitionError(.slotNotLater, "slot \(slot), state at slot \(head.slot)"))
        }
        return try archive.state(after: head.root, at: slot)
    }

    /// A state that knows the committees of the vote's slot, once the vote itself is plausible.
    func shuffling(for data: AttestationData) throws -> CachedBeaconState {
        let perEpoch = spec.preset.slotsPerEpoch
        let current = currentSlot
        guard data.slot <= current else {
            throw SubmissionRefused("slot \(data.slot) is in the future; it is slot \(current)", rule: "future-slot", fault: .circumstance)
        }
        guard data.slot / perEpoch + 1 >= current / perEpoch else {
            throw SubmissionRefused(
                "slot \(data.slot) is too old for an attestation; it is slot \(current)", rule: "too-old", fault: .circumstance)
        }
        guard data.target.epoch == data.slot / perEpoch else {
            throw SubmissionRefused(StateTransitionError(.attestationTargetSlot, "epoch \(data.target.epoch), slot \(data.slot)"))
        }
        guard data.index == 0 else { throw SubmissionRefused(StateTransitionError(.attestationIndex, "\(data.index)")) }
        guard let node = forkChoice.node(data.beaconBlockRoot) else {
            throw SubmissionRefused("the attested block \(data.beaconBlockRoot) is not known", rule: "unknown-block", fault: .circumstance)
        }
        guard node.slot <= data.slot else { throw SubmissionRefused("the attested block is of the later slot \(node.slot)") }
        if let target = forkChoice.checkpointBlock(of: data.beaconBlockRoot, epoch: data.target.epoch), target != data.target.root {
            throw SubmissionRefused(
                "the target \(data.target.root) is not the checkpoint of epoch \(data.target.epoch) before the attested block")
        }
        return try stateKnowing(epoch: data.target.epoch, on: data.beaconBlockRoot)
    }
}
