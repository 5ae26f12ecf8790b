import AckQuorum
import Aggregation
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

/// Gives adapters whose values sum to more than zero a loss of 1, others 3.
@Sendable private func signGate(_ adapter: LoRAAdapter) -> Float { adapter.values.reduce(0, +) > 0 ? 1 : 3 }

private func key(_ number: UInt8) throws -> PeerKeyPair { try PeerKeyPair(seed: [UInt8](repeating: number, count: 32)) }

@Suite struct GatheringTests {
    /// Publishes files in order, admits each, and lets the averager work.
    private func deliver(_ files: [[UInt8]], to fixture: Fixture) async -> [UpdateSummary?] {
        for file in files { await fixture.averager.admit(await fixture.routing.publish(file)) }
        await fixture.averager.proposeIfDue()
        var summaries: [UpdateSummary?] = []
        for file in files { summaries.append(await fixture.journal.summary(SHA256.hash(file))) }
        return summaries
    }

    @Test func severalUpdatesBecomeOneCandidate() async throws {
        let fixture = try Fixture(losses: signGate, expected: 4)
        let files = try (1...4).map { try fixture.update(value: 0.5, mark: $0, trainer: key(UInt8(10 + $0))) }
        _ = await deliver(Array(files.prefix(3)), to: fixture)
        #expect(await fixture.routing.announced.isEmpty)
        let summaries = await deliver([files[3]], to: fixture)
        let candidate = try #require(await fixture.routing.announced.first)
        #expect(candidate.inputs.map(\.fileHash) == files.map { SHA256.hash($0) }.sorted())
        // Krum of four takes two; their average is the adapter that the votes name.
        let inputs = try files.map { bytes in
            let file = try UpdateFile(bytes)
            return AggregationInput(id: file.id, delta: try file.delta(layout: fixture.layout), steps: 10)
        }.sorted { $0.id < $1.id }
        let aggregate = try AggregatedUpdate(inputs, layout: fixture.layout)
        #expect((0..<4).map { candidate.selected[$0] } == aggregate.selected)
        #expect(aggregate.selected.count { $0 } == 2)
        let result = try LoRAAdapter.zero(fixture.layout).adding(aggregate.delta)
        #expect(await fixture.routing.announcedVotes.allSatisfy { $0.message.isAnnouncement || $0.message.adapterRoot == result.root })
        #expect(await fixture.adapters.held[result.root] == result)
        // The two that Krum left out say so; the others lead to the candidate.
        _ = summaries
        for (input, isTaken) in zip(inputs, aggregate.selected) {
            let summary = try #require(await fixture.journal.summary(input.id))
            if isTaken {
                #expect(summary.updateID == candidate.updateID(.pol).hex)
                #expect(summary.considered?.count == 4)
                #expect(summary.considered?.count { $0.selected } == 2)
            } else {
                #expect(summary.status == .rejected && summary.refusal == .outlier)
                #expect(summary.reason?.contains("not selected by Krum") == true)
            }
        }
    }

    @Test func aSignFlipIsLeftOutOfThree() async throws {
        let fixture = try Fixture(losses: signGate, expected: 3)
        let files = [
            try fixture.update(value: 0.5, mark: 1, trainer: key(11)), try fixture.update(value: -0.5, mark: 2, trainer: key(12)),
            try fixture.update(value: 0.5, mark: 3, trainer: key(13)),
        ]
        let summaries = await deliver(files, to: fixture)
        let candidate = try #require(await fixture.routing.announced.first)
        #expect(!candidate.selectedInputs.map(\.fileHash).contains(SHA256.hash(files[1])))
        #expect(summaries[1]?.status == .rejected)
        #expect(summaries[1]?.refusal == .outlier)
    }

    @Test func ofTwoTheOneThatHarmsIsLeftOut() async throws {
        let fixture = try Fixture(losses: signGate, expected: 2)
        let files = [try fixture.update(value: 0.5, mark: 1, trainer: key(11)), try fixture.update(value: -0.5, mark: 2, trainer: key(12))]
        let summaries = await deliver(files, to: fixture)
        let candidate = try #require(await fixture.routing.announced.first)
        #expect(candidate.inputs.map(\.fileHash) == [SHA256.hash(files[0])])
        #expect(summaries[1]?.status == .invalid && summaries[1]?.refusal == .gate)
        #expect(summaries[1]?.lossBefore == 2 && summaries[1]?.lossAfter == 3)
        #expect(summaries[0]?.status == .pending)
    }

    @Test func whenAllHarmNothingIsProposed() async throws {
        let fixture = try Fixture(losses: signGate, expected: 3)
        let files = try (1...3).map { try fixture.update(value: -0.5, mark: $0, trainer: key(UInt8(10 + $0))) }
        let summaries = await deliver(files, to: fixture)
        #expect(await fixture.routing.announced.isEmpty)
        #expect(await fixture.routing.stored.isEmpty)
        #expect(summaries.allSatisfy { $0?.status == .invalid && $0?.refusal == .gate })
        // Its trainer may try again from the same adapter.
        let next = try fixture.update(value: 0.5, mark: 5, trainer: key(11))
        #expect(await deliver([next], to: fixture).first??.status == .pending)
    }

    @Test func theFirstAnnouncedWinsOverCopies() async throws {
        let fixture = try Fixture(losses: signGate, expected: 2)
        let original = try fixture.update(value: 0.5, mark: 1, trainer: key(11))
        let copy = try fixture.update(value: 0.5, mark: 1, trainer: key(12))
        let scaled = try fixture.update(value: 1, mark: 1, trainer: key(13))
        #expect(SHA256.hash(original) != SHA256.hash(copy))
        let summaries = await deliver([original, copy, scaled], to: fixture)
        #expect(summaries[1]?.status == .rejected && summaries[1]?.refusal == .copy)
        #expect(summaries[1]?.reason?.contains(SHA256.hash(original).shortHex) == true)
        #expect(summaries[2]?.status == .rejected && summaries[2]?.refusal == .copy)
        #expect(summaries[0]?.status == .pending && summaries[0]?.refusal == nil)
    }

    @Test func oneUpdateATrainerWaitsAtATime() async throws {
        let fixture = try Fixture(losses: signGate, expected: 3)
        let files = [try fixture.update(value: 0.5, mark: 1, trainer: key(11)), try fixture.update(value: 0.5, mark: 2, trainer: key(11))]
        let summaries = await deliver(files, to: fixture)
        #expect(summaries[1]?.refusal == .repeated)
        #expect(summaries[0]?.status == .pending)
    }

    /// What waits when the adapter changes is late, unless it is what changed it, in the candidate of another node.
    @Test func whatChangedTheAdapterIsNotToldAsLate() async throws {
        let fixture = try Fixture(expected: 3)
        var ids: [Hash32] = []
        for number in 0..<2 as Range<UInt8> {
            ids.append(await fixture.routing.publish(try fixture.update(mark: Int(number), trainer: key(30 + number))))
            await fixture.averager.admit(ids[Int(number)])
        }
        let (candidate, adapter) = (SHA256.hash([8]), SHA256.hash([9]))
        let facts = CandidateFacts(slot: Fixture.slot, parent: fixture.parentRoot, inputs: [ids[0]], considered: [], adapter: adapter)
        await fixture.journal.apply(.named(facts), to: candidate)
        await fixture.journal.apply(.certified(votes: 2, VoteSeats(members: 3, quorum: 1)), to: candidate)
        await fixture.averager.moveWindow(to: adapter)
        #expect(await fixture.journal.record(of: ids[0])?.overtaken == nil)
        #expect(await fixture.journal.record(of: ids[1])?.overtaken != nil)
        #expect(await fixture.averager.window.updates.isEmpty)
    }

    @Test func aPendingUpdateAnnouncedAgainIsNotJudgedAgain() async throws {
        let fixture = try Fixture(losses: signGate)
        let file = try fixture.update(value: 0.5)
        _ = await deliver([file], to: fixture)
        let evaluations = await fixture.evaluator.evaluations
        for _ in 1...3 { _ = await deliver([file], to: fixture) }
        #expect(await fixture.evaluator.evaluations == evaluations)
        #expect(await fixture.routing.announced.count == 1)
    }
}

@Suite struct GatheringWindowTests {
    private func update(_ number: UInt8, trainer: UInt8) throws -> GatheredUpdate {
        let layout = tinyLayout()
        return GatheredUpdate(
            id: SHA256.hash([number]), bytes: 1, codec: .denseFP16,
            metadata: UpdateMetadata(
                baseModelRoot: .zero, parentAdapterRoot: .zero, trainer: .zero, publicKey: [trainer], steps: 1, round: 0, seed: 0,
                dataHash: .zero), trainer: "\(trainer)", delta: .zero(layout))
    }

    @Test func closesWithTheExpectedOrWithTime() throws {
        var window = GatheringWindow()
        _ = window.move(to: .zero)
        #expect(!window.isDue(now: 0, expected: 1, length: 60))
        window.add(try update(1, trainer: 1), now: 10)
        #expect(window.isDue(now: 10, expected: 1, length: 60))
        #expect(!window.isDue(now: 10, expected: 2, length: 60))
        #expect(!window.isDue(now: 69, expected: 2, length: 60))
        #expect(window.isDue(now: 70, expected: 2, length: 60))
        window.add(try update(2, trainer: 2), now: 20)
        #expect(window.isDue(now: 20, expected: 2, length: 60))
    }

    @Test func waitsForThoseWhoDeliveredLately() throws {
        var window = GatheringWindow()
        _ = window.move(to: .zero)
        window.add(try update(1, trainer: 1), now: 0)
        window.add(try update(2, trainer: 2), now: 1)
        #expect(window.take().count == 2)
        #expect(!window.isDue(now: 2, expected: 1, length: 60))
        window.add(try update(3, trainer: 1), now: 30)
        #expect(!window.isDue(now: 30, expected: 1, length: 60))
        // After three windows of silence nobody waits for the second trainer any more.
        _ = window.move(to: SHA256.hash([1]))
        window.add(try update(4, trainer: 1), now: 200)
        #expect(window.isDue(now: 200, expected: 1, length: 60))
    }

    @Test func movesAndTakesInOrder() throws {
        var window = GatheringWindow()
        #expect(window.move(to: .zero).isEmpty)
        for number in 0..<20 as Range<UInt8> { window.add(try update(number, trainer: number), now: 0) }
        let taken = window.take()
        #expect(taken.map(\.id) == (0..<16).map { SHA256.hash([$0]) })
        #expect(window.updates.count == 4)
        window.putBack(taken, now: 5)
        #expect(window.updates.map(\.id) == (0..<20).map { SHA256.hash([$0]) })
        #expect(window.move(to: .zero).isEmpty)
        #expect(window.move(to: SHA256.hash([9])).count == 20)
        #expect(window.updates.isEmpty)
    }
}
