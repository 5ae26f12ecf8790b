import AckQuorum
import BeaconTypes
import GossipValidation
import PolTestChain
import Primitives
import StateTransition
import Testing

/// Topic `ack_quorum_slashing`.
@Suite final class AckQuorumSlashingTopicTests {
    let fixture: GossipFixture
    var validator = GossipValidator()

    init() throws { fixture = try GossipFixture() }

    private func judge(_ slashing: AckQuorumSlashing, at slot: Slot = GossipFixture.slot) -> GossipOutcome {
        validator.validateAckQuorumSlashingGossip(slashing, fixture.gossip, currentTimeMs: fixture.time(slot))
    }

    /// Evidence against the proposer of slot 5, who claimed an update without votes.
    private func evidence(updateID: Bytes32 = SHA256.hash([7])) throws -> AckQuorumSlashing {
        try AckQuorumSlashing(accusing: fixture.chain.block(slot: GossipFixture.slot, updateID: updateID), spec: .pol)
    }

    /// The head stands far before the accused block, which is no part of the chain.
    @Test func forwardedOnce() throws {
        #expect(judge(try evidence(), at: 4) == .ignore(.ackSlashingFromFuture))
        #expect(judge(try evidence()) == .accept)
        #expect(judge(try evidence()) == .ignore(.ackSlashingSeen))
        #expect(judge(try evidence(updateID: SHA256.hash([8]))) == .ignore(.ackSlashingSeen))
    }

    @Test func whatProvesNothing() throws {
        // No update was claimed.
        #expect(judge(try evidence(updateID: .zero)) == .reject(.ackSlashingInvalid))
        var unsigned = try evidence()
        unsigned.signedHeader.signature = BLSSignature()
        #expect(judge(unsigned) == .reject(.ackSlashingInvalid))
        var other = try evidence()
        other.ackCertificate.ack.author = 3
        #expect(judge(other) == .reject(.ackSlashingInvalid))
        var branch = try evidence()
        branch.signedHeader.message.parentRoot = SHA256.hash([1])
        #expect(judge(branch) == .ignore(.ackSlashingUnjudged))
        var stranger = try evidence()
        stranger.signedHeader.message.proposerIndex = 77
        #expect(judge(stranger) == .ignore(.ackSlashingUnjudged))
    }
}
