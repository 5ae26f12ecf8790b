import AckQuorum
import BeaconTypes
import ContentRouting
import LoRA
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import TestNetwork
import Testing
import UpdateCodec
import UpdateLife

@testable import Averager

/// Two nodes: the author's holds validator 4, the reviewer's 5 and 6.
@Suite struct ReviewTests {
    /// The author's candidate with its vote and files, moved into the reviewer's network.
    private func candidate(
        from author: Fixture, to reviewer: Fixture, values: [Float] = [0.5], withFiles: Bool = true
    ) async throws -> UpdateCandidate {
        for (index, value) in values.enumerated() {
            let file = try author.update(
                value: value, mark: index, trainer: PeerKeyPair(seed: [UInt8](repeating: UInt8(20 + index), count: 32)))
            await author.averager.admit(await author.routing.publish(file))
            if withFiles { _ = await reviewer.routing.publish(file) }
        }
        await author.averager.proposeIfDue()
        return try #require(await author.routing.announced.first)
    }

    private func votes(_ fixture: Fixture) async -> [SignedUpdateAck] {
        await fixture.routing.announcedVotes.filter { !$0.message.isAnnouncement }
    }

    @Test(arguments: [[0.5], [0.5, 0.25], [0.5, 0.4, 0.3, 0.2]] as [[Float]])
    func recomputesAndVotesTheSameMessage(values: [Float]) async throws {
        let author = try Fixture(held: [4], expected: values.count)
        let reviewer = try Fixture(held: [5, 6])
        let candidate = try await candidate(from: author, to: reviewer, values: values)
        await reviewer.averager.review(candidate)
        let message = try #require(await votes(author).first?.message)
        #expect(await votes(reviewer).map(\.validatorIndex).sorted() == [5, 6])
        #expect(await votes(reviewer).allSatisfy { $0.message == message })
        // Its adapter is kept, for the block that will carry it.
        #expect(await reviewer.adapters.held[message.adapterRoot] != nil)
        // Announced again, it is not judged again.
        let evaluations = await reviewer.evaluator.evaluations
        await reviewer.averager.review(candidate)
        #expect(await reviewer.evaluator.evaluations == evaluations)
        // With both, there is a quorum.
        let all = await votes(author) + votes(reviewer)
        guard
            case .certificate = author.committee.context.tally(
                candidate, slot: Fixture.revealed, votes: all, statement: try statement(of: candidate, message, author))
        else {
            Issue.record("no certificate")
            return
        }
    }

    @Test func votesInvalidOnWhatFailsTheGateHere() async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(lossAfter: 3, held: [5, 6])
        let candidate = try await candidate(from: author, to: reviewer)
        await reviewer.averager.review(candidate)
        try await expectInvalid(reviewer, candidate, "Loss gate", ranGate: true)
    }

    /// What an honest member signs with `ack`: the losses of the zero adapter and of the result.
    private func statement(of candidate: UpdateCandidate, _ ack: UpdateAck, _ fixture: Fixture) throws -> AckStatement {
        AckStatement(
            ack, lossesBefore: SHA256.hash(candidate.parentAdapterRoot.bytes), lossesAfter: SHA256.hash(ack.adapterRoot.bytes),
            spec: .pol)
    }

    /// An INVALID vote states what the gate found, if it was run, and its inner signature covers the losses behind that.
    private func expectInvalid(_ fixture: Fixture, _ candidate: UpdateCandidate, _ reason: String, ranGate: Bool = false) async throws {
        let votes = await votes(fixture)
        #expect(votes.count == 2)
        for vote in votes {
            #expect(vote.message.verdict == 2)
            #expect(vote.message.keepsRuleOfInvalid(fixture.committee.learning) && vote.message.adapterRoot.isZero != ranGate)
            if ranGate { #expect(vote.message.lossBefore == Float(2).bitPattern && vote.message.lossAfter == Float(3).bitPattern) }
            let losses = ranGate ? try statement(of: candidate, vote.message, fixture).lossesRoot : .zero
            let context = fixture.committee.context
            let seat = try #require(context.members.firstIndex(of: vote.validatorIndex))
            #expect(context.verify(vote, seat: seat) && context.opens(vote, seat: seat, lossesRoot: losses))
        }
        let summary = try #require(await fixture.journal.summary(candidate.updateID(.pol)))
        #expect(summary.reason?.contains(reason) == true)
    }

    @Test(arguments: ["selection", "reward", "twice", "empty"])
    func votesInvalidOnAManifestThatDoesNotFit(fault: String) async throws {
        let author = try Fixture(held: [4], expected: 4)
        let reviewer = try Fixture(held: [5, 6])
        var candidate = try await candidate(from: author, to: reviewer, values: [0.5, 0.4, 0.3, 0.2])
        switch fault {
        case "selection": candidate.selected = Bitlist((0..<4).map { !candidate.selected[$0] })
        case "reward": candidate.inputs[1].rewardAddress = .zero
        case "twice":
            candidate.inputs.append(candidate.inputs[0])
            candidate.selected = Bitlist((0..<4).map { candidate.selected[$0] } + [true])
        default:
            candidate.inputs = []
            candidate.selected = Bitlist(count: 0)
        }
        await reviewer.averager.review(candidate)
        let reasons = ["selection": "selection", "reward": "another address", "twice": "selection", "empty": "names 0 files"]
        try await expectInvalid(reviewer, candidate, reasons[fault] ?? "?")
    }

    /// One candidate of an author and slot: a second one would be a second draw.
    @Test func onlyTheAuthorsFirstIsVotedOn() async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(held: [5, 6])
        let first = try await candidate(from: author, to: reviewer)
        var second = first
        second.inputs[0].rewardAddress = .zero
        await reviewer.averager.review(first)
        let count = await votes(reviewer).count
        await reviewer.averager.review(second)
        #expect(count == 2)
        #expect(await votes(reviewer).count == count)
    }

    /// Who makes the last of the blocks that reveal a slice knows it once the first is there: what comes then is too late.
    @Test(arguments: [(11.9, 2), (12, 0), (20, 0)] as [(Double, Int)])
    func isSilentOnWhatCameAfterTheFirstRevealingBlock(after: Double, count: Int) async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(held: [5, 6], at: 1_000_000 + 12 * 7 + after)
        await reviewer.averager.review(try await candidate(from: author, to: reviewer))
        #expect(await votes(reviewer).count == count)
    }

    /// A candidate that is announced late in a slot is of the next: others have to hold it before a block reveals its slice.
    @Test(arguments: [(5, 7), (7, 8)] as [(Double, Slot)]) func whatIsLateInASlotIsOfTheNext(after: Double, slot: Slot) async throws {
        let author = try Fixture(held: [4], at: 1_000_000 + 12 * 7 + after)
        #expect(try await candidate(from: author, to: try Fixture(held: [5])).slot == slot)
    }

    /// The same files of the same author in another slot would be another draw.
    @Test func theSameFilesGetNoSecondDraw() async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(held: [5, 6])
        let first = try await candidate(from: author, to: reviewer)
        var second = first
        second.slot += 1
        await reviewer.averager.review(first)
        let evaluations = await reviewer.evaluator.evaluations
        await reviewer.averager.review(second)
        #expect(await votes(reviewer).count == 2)
        #expect(await reviewer.evaluator.evaluations == evaluations)
    }

    /// Files whose candidate no block revealed wait for the next.
    @Test func whatIsNotRevealedWaits() async throws {
        let fixture = try Fixture(held: [4], isRevealed: false)
        let file = try fixture.update()
        let id = await fixture.routing.publish(file)
        await fixture.averager.admit(id)
        await fixture.averager.proposeIfDue()
        #expect(await fixture.routing.announced.count == 1)
        #expect(await votes(fixture).isEmpty)
        #expect(await fixture.averager.window.contains(id))
    }

    @Test func isSilentOnAnotherHeadAndOnOldCandidates() async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(held: [5, 6])
        let good = try await candidate(from: author, to: reviewer)
        var other = good
        other.parentAdapterRoot = SHA256.hash([7])
        await reviewer.averager.review(other)
        var old = good
        old.slot = 1
        await reviewer.averager.review(old)
        var stranger = good
        stranger.author = 99
        await reviewer.averager.review(stranger)
        #expect(await votes(reviewer).isEmpty)
        #expect(await reviewer.evaluator.evaluations == 0)
    }

    @Test func isSilentWithoutTheHeadAdapterOrAVoter() async throws {
        let author = try Fixture(held: [4])
        for reviewer in [try Fixture(holdsHead: false, held: [5, 6]), try Fixture(held: [])] {
            await reviewer.averager.review(try await candidate(from: try Fixture(held: [4]), to: reviewer))
            #expect(await votes(reviewer).isEmpty)
            #expect(await reviewer.evaluator.evaluations == 0)
        }
        #expect(await author.routing.announced.isEmpty)
    }

    @Test func isSilentWithoutFiles() async throws {
        let author = try Fixture(held: [4])
        let reviewer = try Fixture(held: [5, 6], clockRuns: true)
        let candidate = try await candidate(from: author, to: reviewer, withFiles: false)
        await reviewer.averager.review(candidate)
        #expect(await votes(reviewer).isEmpty)
        #expect(await reviewer.evaluator.evaluations == 0)
    }

    @Test func passesOverItsOwn() async throws {
        let fixture = try Fixture()
        _ = await fixture.judge(try fixture.update())
        let evaluations = await fixture.evaluator.evaluations
        let votes = await votes(fixture).count
        await fixture.averager.review(try #require(await fixture.routing.announced.first))
        #expect(await fixture.evaluator.evaluations == evaluations)
        #expect(await self.votes(fixture).count == votes)
    }
}
