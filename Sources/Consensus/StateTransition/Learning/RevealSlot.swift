import AckQuorum
public import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `get_reveal_slot`: the slot of the candidate's reveal block; `nil` while there is none
    /// (docs/protocol.md#the-reveal-block).
    public func revealSlot(_ candidate: UpdateCandidate) throws(StateTransitionError) -> Slot? {
        guard candidate.slot < state.latestBlockHeader.slot else { return nil }
        return RevealRule.slot(
            candidate, committeeSize: try ackCommittee(candidate.slot).count, learning: state.learning,
            headSlot: state.latestBlockHeader.slot)
    }

    /// `record_proposer`: writes down who made the block that is being processed, and that nobody made one in the slots before it.
    mutating func recordProposer() throws(StateTransitionError) {
        let header = state.latestBlockHeader
        let count = state.learning.recentProposers.count
        state.learning.recentProposers[try ringPosition(header.slot, count)] = header.proposerIndex
        let oldest = header.slot > Constant.recentProposers ? header.slot - Constant.recentProposers : 0
        var slot = header.slot
        while slot > oldest + 1 {
            slot -= 1
            guard try getBlockRootAtSlot(slot) == getBlockRootAtSlot(slot - 1) else { return }
            state.learning.recentProposers[try ringPosition(slot, count)] = Constant.noProposer
        }
    }
}
