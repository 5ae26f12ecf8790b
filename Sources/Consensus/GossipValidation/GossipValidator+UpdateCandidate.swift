import AckQuorum
public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// How many candidates of one author and slot are forwarded. A candidate is not signed: its author proves it by its own
    /// vote, so anybody can write one in another's name, and the first must not shut out the rest.
    public static let candidateLimit = 4

    /// Topic `update_candidate` of our fork (`docs/protocol.md`, Gossip).
    public mutating func validateUpdateCandidateGossip(
        _ candidate: UpdateCandidate, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            try demand(chain.spec.fork == .pol, .ignore(.wrongFork))
            // [REJECT] The candidate is not of the genesis slot
            try demand(candidate.slot > 0, .reject(.candidateGenesisSlot))
            // [IGNORE] The candidate was not seen
            let id = candidate.updateID(chain.spec)
            try demand(!seen.candidates.contains(id), .ignore(.candidateSeen))
            // [IGNORE] The candidate's slot has begun and is within the window
            try demand(!chain.isFutureSlot(candidate.slot, currentTimeMs), .ignore(.candidateFromFuture))
            try demand(
                chain.isWithinSlotRange(candidate.slot, chain.spec.ackWindowSlots, currentTimeMs), .ignore(.candidateTooOld))
            // [REJECT] One bit for each input, at least one of them set
            let isSelection = candidate.selected.count == candidate.inputs.count && candidate.selected.setCount > 0
            try demand(isSelection, .reject(.candidateSelection))
            // [REJECT] The candidate is for the chain's base model
            let learning = chain.headState.state.learning
            try demand(candidate.baseModelRoot == learning.baseModelRoot, .reject(.candidateBaseModel))
            // [IGNORE] The candidate was not accepted yet, and continues the head's adapter
            try demand(!learning.recentUpdateIds.contains(id), .ignore(.candidateAccepted))
            try demand(candidate.parentAdapterRoot == learning.adapterRoot, .ignore(.candidateParentAdapter))
            // [REJECT] The author is a member of the slot's committee
            try demand(try chain.ackCommittee(candidate.slot).contains(candidate.author), .reject(.candidateAuthor))
            // [IGNORE] Not too many candidates of this author and slot were seen
            let key = Seen.SlotValidator(slot: candidate.slot, validator: candidate.author)
            try demand(seen.candidatesOfAuthor[key] ?? 0 < Self.candidateLimit, .ignore(.candidateLimit))
            // Mark this candidate as seen
            seen.candidates.insert(id)
            seen.candidatesOfAuthor.update(key, initial: 0) { $0 += 1 }
        }
    }
}
