public import BeaconTypes
import BLS
import Primitives
import SSZ

/// What came of counting votes.
public enum AckTally: Sendable {
    /// Enough VALID votes: the certificate, ready for a block.
    case certificate(AckCertificate)
    /// At least two thirds found the update INVALID.
    case rejected
    /// Neither yet; how many VALID votes count, and how many are needed.
    case pending(counted: Int, needed: Int)
}

extension AckContext {
    /// Counts votes on a candidate and aggregates the VALID ones into a certificate when they suffice.
    ///
    /// Votes of strangers, doubles, votes on other updates and votes with a bad signature are passed over. Of VALID
    /// votes with different messages only those that say what the author says count, since an aggregate signs one
    /// message: honest members compute the same losses and adapter bit for bit.
    ///
    /// - Parameters:
    ///   - candidate: what was voted on.
    ///   - votes: in any order.
    ///   - verifySignatures: `false` when every vote's signature has been verified on arrival.
    public func tally(
        _ candidate: UpdateCandidate, votes: [SignedUpdateAck], verifySignatures: Bool = true
    ) -> AckTally {
        let updateID = candidate.updateID(spec)
        var valid: [Int: SignedUpdateAck] = [:]
        var invalid: Set<Int> = []
        for vote in votes {
            guard let seat = members.firstIndex(of: vote.validatorIndex), isVote(vote.message, on: candidate, updateID)
            else { continue }
            if verifySignatures && !verify(vote, seat: seat) { continue }
            if vote.message.verdict == UpdateAckVerdict.invalid.rawValue {
                invalid.insert(seat)
            } else if valid[seat] == nil {
                valid[seat] = vote
            }
        }
        if AckQuorumRule.isTwoThirds(UInt64(invalid.count), of: UInt64(members.count)) && !invalid.isEmpty { return .rejected }
        return certify(candidate, valid)
    }

    /// Whether the seat's signature on its vote verifies.
    public func verify(_ vote: SignedUpdateAck, seat: Int) -> Bool {
        guard publicKeys.indices.contains(seat) else { return false }
        return BLS.verify(
            publicKey: publicKeys[seat], message: signingRoot(vote.message), signature: vote.signature)
    }

    private func isVote(_ ack: UpdateAck, on candidate: UpdateCandidate, _ updateID: Bytes32) -> Bool {
        ack.updateId == updateID && ack.slot == candidate.slot && ack.author == candidate.author
            && ack.anchorRoot == anchorRoot && UpdateAckVerdict(rawValue: ack.verdict) != nil
    }

    private func certify(_ candidate: UpdateCandidate, _ valid: [Int: SignedUpdateAck]) -> AckTally {
        let needed = Int(clamping: quorum)
        guard let authorSeat = members.firstIndex(of: candidate.author), let authorVote = valid[authorSeat] else {
            return .pending(counted: 0, needed: needed)
        }
        let ack = authorVote.message
        let seats = valid.keys.filter { valid[$0]?.message == ack }.sorted()
        let counted = members.count == 1 ? seats.count : seats.count - 1
        guard counted >= needed, LossGateRule.passes(lossBeforeBits: ack.lossBefore, lossAfterBits: ack.lossAfter),
            let signature = try? BLS.aggregate(seats.compactMap { valid[$0]?.signature })
        else { return .pending(counted: counted, needed: needed) }
        var bits = Bitlist(count: members.count)
        for seat in seats { bits[seat] = true }
        return .certificate(AckCertificate(candidate: candidate, ack: ack, committeeBits: bits, signature: signature))
    }
}
