import AckQuorum
import BeaconTypes
import ForkChoice
import GossipValidation
import PolTestChain
import Primitives
import StateTransition
import Testing

/// Topic `update_ack`.
@Suite final class UpdateAckTopicTests {
    let fixture: GossipFixture
    var validator = GossipValidator()

    init() throws { fixture = try GossipFixture() }

    private func judge(_ vote: SignedUpdateAck, at slot: Slot = GossipFixture.slot) -> GossipOutcome {
        validator.validateUpdateAckGossip(vote, fixture.gossip, currentTimeMs: fixture.time(slot))
    }

    /// A vote signed as it stands.
    private func vote(_ voter: ValidatorIndex = 1, _ change: (inout UpdateAck) -> Void = { _ in }) throws -> SignedUpdateAck {
        var ack = try fixture.chain.ack()
        change(&ack)
        return try fixture.chain.vote(voter, ack)
    }

    @Test func everyMembersVoteOnce() throws {
        for voter in 0..<5 as Range<ValidatorIndex> {
            let vote = try vote(voter)
            #expect(judge(vote) == .accept)
            #expect(judge(vote) == .ignore(.ackSeen))
        }
    }

    /// Two different votes are evidence, which has to travel; a third is noise.
    @Test func aSecondVoteIsForwarded() throws {
        #expect(judge(try vote()) == .accept)
        #expect(judge(try fixture.chain.vote(1, fixture.chain.ack(verdict: .invalid))) == .accept)
        #expect(judge(try fixture.chain.vote(1, fixture.chain.ack(after: 2))) == .ignore(.ackSeen))
        // Another update is another matter.
        #expect(judge(try fixture.chain.vote(1, fixture.chain.ack(update: SHA256.hash([8])))) == .accept)
    }

    @Test func onlyInItsWindow() throws {
        let vote = try vote()
        let window = fixture.gossip.spec.ackWindowSlots
        #expect(judge(vote, at: 2) == .ignore(.ackFromFuture))
        #expect(judge(vote, at: 4 + window) == .ignore(.ackTooOld))
        #expect(judge(vote, at: 3 + window) == .accept)
    }

    /// Half a second of clock difference is allowed on both sides.
    @Test func clockDisparity() throws {
        let vote = try vote()
        let start = (TestChain.genesisTime + 36) * 1000
        let end = start + (fixture.gossip.spec.ackWindowSlots + 1) * 12_000
        func outcome(_ time: UInt64) -> GossipOutcome {
            var fresh = GossipValidator()
            return fresh.validateUpdateAckGossip(vote, fixture.gossip, currentTimeMs: time)
        }
        #expect(outcome(start - 501) == .ignore(.ackFromFuture))
        #expect(outcome(start - 500) == .accept)
        #expect(outcome(end + 500) == .accept)
        #expect(outcome(end + 501) == .ignore(.ackTooOld))
    }

    @Test func statements() throws {
        #expect(judge(try vote { $0.verdict = 4 }) == .reject(.ackVerdict))
        #expect(judge(try vote { $0.lossAfter = $0.lossBefore }) == .reject(.ackLossGate))
        #expect(judge(try vote { $0.lossAfter = Float.nan.bitPattern }) == .reject(.ackLossGate))
        #expect(judge(try vote { $0.verdict = UpdateAckVerdict.invalid.rawValue }) == .reject(.ackInvalidFields))
        #expect(
            judge(
                try vote {
                    $0.adapterRoot = .zero; $0.verdict = UpdateAckVerdict.invalid.rawValue
                }) == .reject(.ackInvalidFields))
        // The gate was run and the loss did not fall.
        #expect(
            judge(
                try vote {
                    $0.verdict = UpdateAckVerdict.invalid.rawValue
                    $0.lossAfter = $0.lossBefore
                }) == .accept)
        var genesis = try vote()
        genesis.message.slot = 0
        #expect(judge(genesis) == .reject(.ackGenesisSlot))
    }

    /// The author's word for its candidate states nothing else, and nobody says it for the author.
    @Test func announcements() throws {
        var candidate = UpdateCandidate()
        candidate.slot = 3
        let ack = UpdateAck(announcing: candidate, updateID: SHA256.hash([9]))
        #expect(judge(try fixture.chain.vote(0, ack)) == .accept)
        #expect(judge(try fixture.chain.vote(1, ack)) == .reject(.ackAuthor))
        var more = ack
        more.lossAfter = 1
        #expect(judge(try fixture.chain.vote(0, more)) == .reject(.ackVerdict))
        // Figures of a slice, where the chain draws none.
        #expect(judge(try vote { $0.guardLosses.taskAfter = 1 }) == .reject(.ackLossGate))
    }

    @Test func votersAndSignatures() throws {
        // Another branch's anchor is no fault of the sender.
        #expect(judge(try vote { $0.anchorRoot = SHA256.hash([1]) }) == .ignore(.ackAnchor))
        #expect(judge(try vote { $0.sliceSeed = SHA256.hash([1]) }) == .ignore(.ackAnchor))
        #expect(judge(try vote { $0.author = 9 }) == .reject(.ackAuthor))
        var stranger = try vote()
        stranger.validatorIndex = 9
        #expect(judge(stranger) == .reject(.ackVoter))
        var forged = try vote(1)
        forged.validatorIndex = 2
        #expect(judge(forged) == .reject(.ackSignature))
        // The inner signature is not judged, but nobody else can change it.
        var changed = try vote(1)
        changed.innerSignature = try vote(2).innerSignature
        #expect(judge(changed) == .reject(.ackSignature))
        // What was refused was not seen.
        #expect(judge(try vote(2)) == .accept)
    }

    /// A state that cannot be told is no fault of the sender.
    @Test func withoutAState() throws {
        let gossip = GossipChain(
            forkChoice: fixture.gossip.forkChoice, headRoot: fixture.gossip.headRoot, headState: fixture.chain.genesis,
            stateAfter: { _ in nil })
        let outcome = validator.validateUpdateAckGossip(try vote(), gossip, currentTimeMs: fixture.now)
        #expect(outcome == .ignore(.stateUnavailable))
    }
}
