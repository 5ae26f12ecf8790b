import BeaconTypes
import PolTestChain
import Primitives
import SSZ
import StateTransition
import Testing

@testable import GossipValidation

/// What was seen is remembered in bounded memory.
@Suite struct SeenTests {
    @Test func valuesGoWithTheirKeys() {
        var map = RecentMap<Int, Int>(limit: 2)
        for key in [1, 1, 2, 3] { map.update(key, initial: 0) { $0 += 1 } }
        #expect(map[1] == nil && map[2] == 1 && map[3] == 1 && map.count == 2)
        // A key that comes back begins anew.
        map.update(1, initial: 0) { $0 += 1 }
        #expect(map[1] == 1)
    }

    @Test func supersets() {
        var seen = SeenBits()
        #expect(!seen.covers(Bitlist([true, false])))
        seen.insert(Bitlist([true, false, false]))
        #expect(seen.covers(Bitlist([true, false, false])) && !seen.covers(Bitlist([true, true, false])))
        // Of another length is another thing.
        #expect(!seen.covers(Bitlist([true, false])))
        seen.insert(Bitlist([false, true, true]))
        #expect(!seen.covers(Bitlist([true, true, false])))
        seen.insert(Bitlist([true, true, true]))
        #expect(seen.covers(Bitlist([true, true, false])) && seen.count == 1)
        for number in 0..<200 { seen.insert((0..<200).map { $0 == number }) }
        #expect(seen.count == SeenBits.limit)
    }

    /// A validator with small limits takes a forgotten message for a first one, and only that.
    @Test func limitsHold() throws {
        let fixture = try GossipFixture()
        var limits = SeenLimits()
        limits.acks = 2
        var validator = GossipValidator(limits: limits)
        let votes = try (0..<3 as Range<ValidatorIndex>).map { try fixture.chain.vote($0, fixture.chain.ack()) }
        for vote in votes { #expect(validator.validateUpdateAckGossip(vote, fixture.gossip, currentTimeMs: fixture.now) == .accept) }
        #expect(validator.validateUpdateAckGossip(votes[2], fixture.gossip, currentTimeMs: fixture.now) == .ignore(.ackSeen))
        #expect(validator.validateUpdateAckGossip(votes[0], fixture.gossip, currentTimeMs: fixture.now) == .accept)
    }
}
