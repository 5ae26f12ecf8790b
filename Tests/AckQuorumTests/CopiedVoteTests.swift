import AckQuorum
import BLS
import BeaconTypes
import Primitives
import SSZ
import Testing

/// Votes whose members did not know the losses behind what they sign.
@Suite struct CopiedVoteTests {
    private static let guess = SHA256.hash([6])

    /// Before this node's gate has ended nobody can tell a copy; afterwards copies do not count, and whoever ran the gate does.
    @Test func copiesDoNotCount() throws {
        let committee = try Committee(size: 8)
        var tally = AckTally(committee.candidate, slot: 9, context: committee.context)
        for seat in 0..<4 { #expect(tally.add(committee.vote(seat, committee.ack())) == .counted) }
        #expect(tally.add(committee.vote(4, committee.ack(), losses: Self.guess)) == .counted)
        guard case .pending(4, 4) = tally.outcome else {
            Issue.record("a certificate before the gate has ended here: \(tally.outcome)")
            return
        }
        #expect(tally.open(committee.statement(committee.ack())) == [104])
        guard case .pending(3, 4) = tally.outcome else {
            Issue.record("the copy counts: \(tally.outcome)")
            return
        }
        #expect(tally.add(committee.vote(5, committee.ack(), losses: Self.guess)) == .copied)
        #expect(tally.add(committee.vote(6, committee.ack())) == .counted)
        guard case .certificate(let certificate) = tally.outcome else {
            Issue.record("no certificate of five who ran the gate")
            return
        }
        #expect(certificate.lossesRoot == Committee.losses)
        #expect((0..<8).filter { certificate.committeeBits[$0] } == [0, 1, 2, 3, 6])
        #expect(
            BLS.fastAggregateVerify(
                publicKeys: committee.context.publicKeys(at: certificate.committeeBits),
                message: committee.context.signingRoot(certificate.statement), signature: certificate.signature))
    }

    /// Another's inner signature in one's own vote is no better than a guess.
    @Test func anothersInnerSignatureDoesNotCount() throws {
        let committee = try Committee(size: 4)
        let inner = committee.vote(0, committee.ack()).innerSignature
        var borrowed = committee.vote(1, committee.ack())
        borrowed.innerSignature = inner
        borrowed.signature = committee.secrets[1].sign(committee.context.signing.sealRoot(borrowed))
        #expect(committee.context.verify(borrowed, seat: 1))
        #expect(!committee.context.opens(borrowed, seat: 1, lossesRoot: Committee.losses))
        // Nobody can change the inner signature of a vote that is not his.
        var changed = committee.vote(1, committee.ack())
        changed.innerSignature = inner
        #expect(!committee.context.verify(changed, seat: 1))
    }

    /// Two members that shift a share from one inner signature to the other do not count, although their sum verifies.
    @Test func sharesThatCancelDoNotCount() throws {
        let committee = try Committee(size: 4)
        var votes = (0..<4).map { committee.vote($0, committee.ack()) }
        (votes[1].innerSignature, votes[2].innerSignature) = (votes[2].innerSignature, votes[1].innerSignature)
        for seat in 1...2 { votes[seat].signature = committee.secrets[seat].sign(committee.context.signing.sealRoot(votes[seat])) }
        let statement = committee.statement(committee.ack())
        #expect(
            BLS.fastAggregateVerify(
                publicKeys: committee.context.publicKeys, message: committee.context.signingRoot(statement),
                signature: try BLS.aggregate(votes.map(\.innerSignature))))
        var tally = AckTally(committee.candidate, slot: 9, context: committee.context)
        for vote in votes { #expect(tally.add(vote) == .counted) }
        #expect(tally.open(committee.statement(committee.ack())) == [101, 102])
    }

    /// The two domains differ in their type alone, and the signatures never serve for each other.
    @Test func domains() throws {
        let committee = try Committee(size: 1)
        let signing = committee.context.signing
        #expect(signing.sealDomain.bytes.prefix(4) == [0x10, 0, 0, 0])
        #expect(signing.sealDomain.bytes.dropFirst(4) == signing.domain.bytes.dropFirst(4))
        let vote = committee.vote(0, committee.ack())
        var swapped = vote
        (swapped.signature, swapped.innerSignature) = (vote.innerSignature, vote.signature)
        #expect(!committee.context.verify(swapped, seat: 0))
    }
}
