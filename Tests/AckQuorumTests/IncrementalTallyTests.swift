import BeaconTypes
import Testing

@testable import AckQuorum

/// Votes that come one by one, in any order, again and again.
@Suite struct IncrementalTallyTests {
    @Test func eachVoteIsVerifiedOnce() throws {
        let committee = try Committee(size: 5)
        let votes = (0..<5).map { committee.vote($0, committee.ack()) }
        var tally = AckTally(committee.candidate, slot: 9, context: committee.context)
        for vote in votes { #expect(tally.add(vote) == .counted) }
        for _ in 1...3 { for vote in votes { #expect(tally.add(vote) == .known) } }
        #expect(tally.verifications == 5)
        var forged = votes[0]
        forged.signature = votes[1].signature
        var fresh = AckTally(committee.candidate, slot: 9, context: committee.context)
        for _ in 1...3 { #expect(fresh.add(forged) == .forged) }
        #expect(fresh.verifications == 1 && !fresh.hasAuthor)
        // A forgery keeps back no true vote.
        for vote in votes { #expect(fresh.add(vote) == .counted) }
        #expect(fresh.verifications == 6 && fresh.hasAuthor)
    }

    @Test func strangersAreNotVerified() throws {
        let committee = try Committee(size: 3)
        var tally = AckTally(committee.candidate, slot: 9, context: committee.context)
        var stranger = committee.vote(0, committee.ack())
        stranger.validatorIndex = 999
        #expect(tally.add(stranger) == .foreign)
        var other = committee.vote(0, committee.ack())
        other.message.slot += 1
        #expect(tally.add(other) == .foreign)
        #expect(tally.verifications == 0)
    }
}
