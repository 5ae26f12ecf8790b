import AckQuorum
public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// How many different votes of one validator about one update are forwarded: the second is evidence against it
    /// (`AckContradiction`), a third would prove no more.
    static let ackMessageLimit = 2

    /// Topic `update_ack` of our fork (`docs/protocol.md`, Gossip).
    public mutating func validateUpdateAckGossip(
        _ vote: SignedUpdateAck, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            try demand(chain.spec.fork == .pol, .ignore(.wrongFork))
            let ack = vote.message
            // [REJECT] The ack is not of the genesis slot, which has no anchor
            try demand(ack.slot > 0, .reject(.ackGenesisSlot))
            // [IGNORE] The vote was not seen, and its voter has not signed two others about the update
            let key = Seen.AckSubject(slot: ack.slot, updateID: ack.updateId, voter: vote.validatorIndex)
            let root = SealedAck(ack: ack, innerSignature: vote.innerSignature).hashTreeRoot(chain.spec)
            let known = seen.acks[key] ?? []
            try demand(!known.contains(root) && known.count < Self.ackMessageLimit, .ignore(.ackSeen))
            // [IGNORE] The ack's slot has begun and is within the window
            try demand(!chain.isFutureSlot(ack.slot, currentTimeMs), .ignore(.ackFromFuture))
            try demand(chain.isWithinSlotRange(ack.slot, chain.spec.ackWindowSlots, currentTimeMs), .ignore(.ackTooOld))
            if ack.isAnnouncement {
                try chain.demandAnnouncement(vote)
            } else {
                try chain.demandStatement(ack)
                try chain.demandAnchor(ack)
            }
            try chain.demandVoter(vote)
            // Mark this vote as seen
            seen.acks.update(key, initial: []) { $0.append(root) }
        }
    }
}

extension GossipChain {
    /// The conditions on the author's word for its candidate.
    fileprivate func demandAnnouncement(_ vote: SignedUpdateAck) throws(GossipRefusal) {
        // [REJECT] It is the author's, and states nothing else
        try demand(vote.message.keepsRuleOfAnnouncement, .reject(.ackVerdict))
        try demand(vote.validatorIndex == vote.message.author, .reject(.ackAuthor))
    }

    /// The conditions on what an ack states, whoever signed it.
    fileprivate func demandStatement(_ ack: UpdateAck) throws(GossipRefusal) {
        // [REJECT] The verdict is VALID or INVALID
        guard let verdict = UpdateAckVerdict(rawValue: ack.verdict) else { throw .reject(.ackVerdict) }
        switch verdict {
        case .invalid:
            // [REJECT] An INVALID ack states no adapter and no losses, or an adapter and losses; on a chain without a budget those do not pass
            let learning = headState.state.learning
            let states = !ack.adapterRoot.isZero && (learning.hasPools || !ack.passesRules(learning))
            try demand(states || ack.statesNothing, .reject(.ackInvalidFields))
        case .valid:
            // [REJECT] A VALID ack's losses pass the loss gate, and the slice's pass its rule
            try demand(
                LossGateRule.passes(lossBeforeBits: ack.lossBefore, lossAfterBits: ack.lossAfter)
                    && GuardRule.passes(ack, hasPools: headState.state.learning.hasPools), .reject(.ackLossGate))
        }
    }

    /// The conditions on the block that an ack speaks of.
    fileprivate func demandAnchor(_ ack: UpdateAck) throws(GossipRefusal) {
        // [IGNORE] The anchor is the block root at the ack's slot on the head's chain, and the seed follows from its mix
        let (anchor, mix) = try available { (try ackAnchor(ack.slot), try headState.ackRevealMix(min(ack.slot, headState.state.slot))) }
        try demand(ack.anchorRoot == anchor, .ignore(.ackAnchor))
        try demand(ack.sliceSeed == SHA256.hash(mix, ack.updateId), .ignore(.ackAnchor))
        // [IGNORE] The verdict is that of all rules; the budget is the head's, which may be another than the sender's
        let passes = ack.passesRules(headState.state.learning)
        let isValid = ack.verdict == UpdateAckVerdict.valid.rawValue
        try demand(ack.adapterRoot.isZero || passes == isValid, .ignore(.ackBudget))
    }

    /// The conditions on committee and signature.
    fileprivate func demandVoter(_ vote: SignedUpdateAck) throws(GossipRefusal) {
        let ack = vote.message
        // [REJECT] Author and voter are members of the slot's committee
        let members = try ackCommittee(ack.slot)
        try demand(members.contains(ack.author), .reject(.ackAuthor))
        try demand(members.contains(vote.validatorIndex), .reject(.ackVoter))
        // [REJECT] The outer signature is valid; the inner one covers losses that are not told
        let voter = try demandValidator(vote.validatorIndex, .ackVoter)
        let sealed = SealedAck(ack: ack, innerSignature: vote.innerSignature)
        try demandSignature(
            vote.signature, of: sealed.hashTreeRoot(spec), by: [voter.pubkey], Constant.domainSealedAck,
            headState.computeEpochAtSlot(ack.slot), .ackSignature)
    }

    /// The members of a slot's ACK committee.
    func ackCommittee(_ slot: Slot) throws(GossipRefusal) -> [ValidatorIndex] {
        let state = try state(knowing: headState.computeEpochAtSlot(slot))
        return try available { try state.ackCommittee(slot) }
    }

    /// The block root at `slot`, which is not 0: the head's own where no later block came.
    private func ackAnchor(_ slot: Slot) throws -> Root {
        slot >= headState.state.slot ? headRoot : try headState.ackAnchorRoot(slot)
    }
}
