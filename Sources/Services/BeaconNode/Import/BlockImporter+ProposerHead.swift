import BeaconTypes
import ForkChoice
import Primitives
import ServiceInterfaces
import StateTransition

extension BlockImporter {
    /// The block on which a proposal of `slot` builds: `get_proposer_head` (phase0 fork-choice), which is the head's parent
    /// where the head came late and is weak, or where its proposer signed two blocks.
    ///
    /// Payloads are begun before their slot, so the answer is for the moment at which the slot starts, with every vote
    /// that counts by then. The head stays where it justifies more than its parent: a block that lacks the justification
    /// could not become head itself. With one slot an epoch that is nearly always so.
    func proposalParent(at slot: Slot) throws -> ChainHead {
        var view = forkChoice
        view.onTick(timeMs: max(clock.currentTimeMs, UInt64(max(0, clock.start(of: slot) * 1000))))
        for vote in queuedVotes where vote.data.slot < slot { try? view.onAttestation(vote) }
        var members: [ValidatorIndex] = []
        for index in 0..<head.state.getCommitteeCountPerSlot(head.slot / spec.preset.slotsPerEpoch) {
            members += try head.state.getBeaconCommittee(head.slot, index)
        }
        guard let parent = try? view.getProposerHead(head.root, slot: slot, headCommittee: members), parent != head.root,
            let node = view.node(parent), view.node(head.root)?.unrealizedJustified == node.unrealizedJustified
        else { return head }
        return ChainHead(root: parent, slot: node.slot, state: try archive.state(after: parent))
    }
}
