import AckQuorum
import BeaconTypes
import GossipValidation
import Primitives
import SSZ
import Testing

/// Topic `update_candidate`.
@Suite final class UpdateCandidateTopicTests {
    let fixture: GossipFixture
    var validator = GossipValidator()

    init() throws { fixture = try GossipFixture() }

    private func judge(_ candidate: UpdateCandidate, at slot: Slot = GossipFixture.slot) -> GossipOutcome {
        validator.validateUpdateCandidateGossip(candidate, fixture.gossip, currentTimeMs: fixture.time(slot))
    }

    /// A candidate of slot 4 with two inputs, the second of them kept.
    private func candidate(_ number: UInt8 = 0, _ change: (inout UpdateCandidate) -> Void = { _ in }) -> UpdateCandidate {
        let inputs = [CandidateInput(fileHash: SHA256.hash([number]), rewardAddress: .zero), CandidateInput()]
        var candidate = UpdateCandidate(
            baseModelRoot: .zero, parentAdapterRoot: .zero, slot: 4, author: 2, inputs: inputs, selected: Bitlist([false, true]))
        change(&candidate)
        return candidate
    }

    @Test func forwardedOnce() {
        #expect(judge(candidate()) == .accept)
        #expect(judge(candidate()) == .ignore(.candidateSeen))
    }

    /// Anybody can write a candidate in another's name, so one does not shut out the next, and many are not forwarded.
    @Test func someOfEachAuthor() {
        for number in 0..<4 as Range<UInt8> { #expect(judge(candidate(number)) == .accept) }
        #expect(judge(candidate(4)) == .ignore(.candidateLimit))
        #expect(judge(candidate(4) { $0.author = 3 }) == .accept)
        #expect(judge(candidate(4) { $0.slot = 5 }) == .accept)
    }

    @Test func conditions() {
        #expect(judge(candidate { $0.slot = 0 }) == .reject(.candidateGenesisSlot))
        #expect(judge(candidate(), at: 3) == .ignore(.candidateFromFuture))
        #expect(judge(candidate(), at: 5 + fixture.gossip.spec.ackWindowSlots) == .ignore(.candidateTooOld))
        #expect(judge(candidate { $0.slot = .max }) == .ignore(.candidateFromFuture))
        #expect(judge(candidate { $0.selected = Bitlist([true]) }) == .reject(.candidateSelection))
        #expect(judge(candidate { $0.selected = Bitlist([false, false]) }) == .reject(.candidateSelection))
        #expect(
            judge(
                candidate {
                    $0.inputs = []; $0.selected = []
                }) == .reject(.candidateSelection))
        #expect(judge(candidate { $0.baseModelRoot = SHA256.hash([1]) }) == .reject(.candidateBaseModel))
        #expect(judge(candidate { $0.parentAdapterRoot = SHA256.hash([1]) }) == .ignore(.candidateParentAdapter))
        #expect(judge(candidate { $0.author = 5 }) == .reject(.candidateAuthor))
    }
}
