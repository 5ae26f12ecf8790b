import AckQuorum
package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// Slashes a committee member whose vote contradicts its own other vote, or what at least two thirds of the
    /// committee signed, on the same update (docs/protocol.md#process_ack_contradiction).
    ///
    /// In a committee of three, two who collude are two thirds and can slash the third: small committees trust each other.
    package mutating func processAckContradiction(
        _ contradiction: AckContradiction, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let vote = contradiction.vote.message
        let other = contradiction.other
        let voter = contradiction.vote.validatorIndex
        // Verify the two speak of the same update on this chain
        try require(
            vote.slot == other.ack.slot && vote.anchorRoot == other.ack.anchorRoot && vote.updateId == other.ack.updateId,
            .differentUpdate)
        try require(vote != other.ack, .sameMessage)
        try require(vote.slot >= 1 && vote.slot <= state.slot, .slotWindow, "slot \(vote.slot)")
        try require(state.slot - vote.slot < preset.slotsPerHistoricalRoot, .tooOld, "slot \(vote.slot)")
        try require(vote.anchorRoot == (try ackAnchorRoot(vote.slot)), .anchor, "\(vote.anchorRoot.shortHex)")
        // Verify the voter is slashable and in the committee
        let accused = try accused(voter)
        let context = try ackContext(vote.slot)
        guard let seat = context.members.firstIndex(of: voter) else {
            throw StateTransitionError(.notInCommittee, "validator \(voter), slot \(vote.slot)")
        }
        // Verify the aggregate is the voter's own or that of two thirds
        let bits = other.committeeBits
        try require(bits.count == context.members.count, .bits, "\(bits.count) of \(context.members.count)")
        let count = bits.setCount
        try require(
            count > 0 && (bits[seat] || AckQuorumRule.isTwoThirds(UInt64(count), of: UInt64(context.members.count))),
            .tooFewVotes, "\(count) of \(context.members.count)")
        // Verify signatures
        try signatures.check(
            [accused.pubkey], context.signingRoot(vote), contradiction.vote.signature, .ack(.signature))
        try signatures.check(
            context.publicKeys(at: bits), context.signingRoot(other.ack), other.signature, .ack(.signature))
        try slashForAck(voter)
    }
}
