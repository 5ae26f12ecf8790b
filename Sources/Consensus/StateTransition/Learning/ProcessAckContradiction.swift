import AckQuorum
package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// Slashes a committee member that cast two different votes on one update, or whose vote contradicts what at least two thirds
    /// of the committee signed, or says the same without the losses behind it
    /// (docs/protocol.md#process_ack_contradiction).
    ///
    /// In a committee of three, two who collude are two thirds and can slash the third: small committees trust each other.
    package mutating func processAckContradiction(
        _ contradiction: AckContradiction, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let vote = contradiction.vote
        let voter = vote.validatorIndex
        let second = contradiction.ownVote == SignedUpdateAck() ? nil : contradiction.ownVote
        // Verify there is one counterpart, about the same update
        if let second {
            try require(contradiction.other == AckAggregate(), .twoCounterparts)
            try require(second.validatorIndex == voter, .differentVoter, "validators \(voter) and \(second.validatorIndex)")
        }
        try checkSubject(vote.message, of: second?.message ?? contradiction.other.ack)
        if let second {
            try require(vote.message != second.message || vote.innerSignature != second.innerSignature, .sameStatement)
        }
        try checkReach(vote.message)
        // Verify the voter is slashable and in the committee
        let accused = try accused(voter)
        let context = try ackContext(vote.message.slot)
        guard let seat = context.members.firstIndex(of: voter) else {
            throw StateTransitionError(.notInCommittee, "validator \(voter), slot \(vote.message.slot)")
        }
        // Verify the vote is the voter's, and so is the other one
        try signatures.check([accused.pubkey], context.signing.sealRoot(vote), vote.signature, .ack(.signature))
        if let second {
            try signatures.check([accused.pubkey], context.signing.sealRoot(second), second.signature, .ack(.signature))
        } else {
            try checkAggregate(contradiction.other, against: vote, seat: seat, context, &signatures)
        }
        try slashForAck(voter)
    }

    private func checkSubject(_ ack: UpdateAck, of other: UpdateAck) throws(StateTransitionError) {
        try require(
            ack.slot == other.slot && ack.anchorRoot == other.anchorRoot && ack.updateId == other.updateId, .differentUpdate)
    }

    /// The slot has begun and its anchor is this chain's.
    private func checkReach(_ ack: UpdateAck) throws(StateTransitionError) {
        try require(ack.slot >= 1 && ack.slot < state.slot, .slotWindow, "slot \(ack.slot)")
        try require(state.slot - ack.slot < preset.slotsPerHistoricalRoot, .tooOld, "slot \(ack.slot)")
        try require(ack.anchorRoot == (try ackAnchorRoot(ack.slot)), .anchor, "\(ack.anchorRoot.shortHex)")
    }

    /// The aggregate is the voter's own or that of two thirds, it is signed with the losses that it opens, and the vote does not
    /// say the same with those losses.
    private func checkAggregate(
        _ other: AckAggregate, against vote: SignedUpdateAck, seat: Int, _ context: AckContext, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let bits = other.committeeBits
        try require(bits.count == context.members.count, .bits, "\(bits.count) of \(context.members.count)")
        let count = bits.setCount
        try require(
            count > 0 && (bits[seat] || AckQuorumRule.isTwoThirds(UInt64(count), of: UInt64(context.members.count))),
            .tooFewVotes, "\(count) of \(context.members.count)")
        try signatures.check(
            context.publicKeys(at: bits), context.signingRoot(other.statement), other.signature, .ack(.signature))
        // That a signature fails cannot be checked in a batch; where signatures are on trust, this one is too.
        guard signatures.isChecking else { return }
        try require(
            vote.message != other.ack || !context.opens(vote, seat: seat, lossesRoot: other.lossesRoot), .sameStatement)
    }
}
