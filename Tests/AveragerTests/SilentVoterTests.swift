import AckQuorum
import BeaconTypes
import ContentRouting
import Foundation
import LoRA
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import TestNetwork
import Testing

@testable import Averager

/// Voters that are named and do not sign, as a validator client in another process may.
@Suite struct SilentVoterTests {
    @Test func theNextVoterIsTheAuthor() async throws {
        let fixture = try Fixture(held: [4, 5, 6], silent: [4])
        let summary = try #require(await fixture.judge(fixture.update()))
        let candidate = try #require(await fixture.routing.announced.first)
        #expect(candidate.author == 5)
        #expect(await fixture.routing.announced.count == 1)
        #expect(summary.updateID == candidate.updateID(.pol).hex)
        #expect(await fixture.routing.announcedVotes.map(\.validatorIndex) == [5, 5, 6])
        #expect(await fixture.routing.announcedVotes.allSatisfy { $0.message.author == 5 })
    }

    @Test func theOthersVoteAllTheSame() async throws {
        let fixture = try Fixture(held: [4, 5, 6], silent: [5])
        _ = await fixture.judge(try fixture.update())
        #expect(await fixture.routing.announcedVotes.map(\.validatorIndex) == [4, 4, 6])
    }

    /// Nothing is announced without an author; the update waits for the next try.
    @Test func withoutAnyVoteNothingIsAnnounced() async throws {
        let fixture = try Fixture(held: [4, 6], silent: [4, 6])
        let summary = try #require(await fixture.judge(fixture.update()))
        #expect(summary.status == .pending)
        #expect(await fixture.routing.announced.isEmpty)
        #expect(await fixture.routing.announcedVotes.isEmpty)
        #expect(await fixture.averager.window.updates.count == 1)
    }

    @Test func aSilentReviewerStopsNoOther() async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(held: [5, 6], silent: [5])
        let file = try author.update()
        await author.averager.admit(await author.routing.publish(file))
        _ = await reviewer.routing.publish(file)
        await author.averager.proposeIfDue()
        await reviewer.averager.review(try #require(await author.routing.announced.first))
        #expect(await reviewer.routing.announcedVotes.map(\.validatorIndex) == [6])
    }
}
