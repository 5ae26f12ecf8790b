import AckQuorum
import AckRecords
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

@Suite struct AveragerTests {
    @Test func aGoodUpdateBecomesAVotedCandidate() async throws {
        let fixture = try Fixture()
        let bytes = try fixture.update()
        let summary = try #require(await fixture.judge(bytes))

        let candidate = try #require(await fixture.routing.announced.first)
        #expect(await fixture.routing.announced.count == 1)
        #expect(candidate.baseModelRoot == Fixture.baseModelRoot)
        #expect(candidate.parentAdapterRoot == fixture.parentRoot)
        #expect(candidate.slot == Fixture.slot)
        #expect(candidate.author == 4)
        #expect(candidate.inputs.map(\.fileHash) == [SHA256.hash(bytes)])
        #expect(candidate.inputs.map(\.rewardAddress.bytes) == [[UInt8](repeating: 0xab, count: 20)])

        let result = try LoRAAdapter(layout: fixture.layout, values: [Float](repeating: 0.5, count: fixture.layout.valueCount))
        #expect(await fixture.adapters.held[result.root] == result)
        #expect(summary.updateID == candidate.updateID(.pol).hex)
        #expect(summary.status == .pending)
        #expect(summary.reason == nil)
        #expect(summary.adapterRoot == result.root.hex)
        #expect(summary.lossBefore == 2)
        #expect(summary.lossAfter == 1)
        #expect(summary.committee == 3)
        #expect(summary.bytes == bytes.count)

        // A valid record of the author's word, and one of each validator that this node holds in the committee.
        let keys = Dictionary(uniqueKeysWithValues: zip(fixture.committee.context.members, fixture.committee.context.publicKeys))
        let validator = AckRecordValidator(spec: .pol, domain: Fixture.domain) { keys[$0] }
        var votes: [SignedUpdateAck] = []
        for record in await fixture.routing.stored {
            votes.append(try await validator.vote(in: record, now: Fixture.now))
            #expect(try AckRecordEnvelope(value: record.value, spec: .pol).publisher == fixture.peerKey.publicKey)
            #expect(record.value.first == votes.last?.message.verdict)
        }
        #expect(votes.map(\.validatorIndex) == [4, 4, 6])
        // The author's word goes out first, then the votes on the slice that the reveal block draws.
        let id = candidate.updateID(.pol)
        let announced = await fixture.routing.announcedVotes
        #expect(announced.first?.message == UpdateAck(announcing: candidate, updateID: id) && announced.first?.validatorIndex == 4)
        #expect(announced == votes)
        for vote in votes.dropFirst() {
            #expect(
                vote.message
                    == UpdateAck(
                        slot: Fixture.revealed, anchorRoot: fixture.committee.context.anchorRoot, updateId: id, author: 4,
                        verdict: 1, adapterRoot: result.root, lossBefore: Float(2).bitPattern, lossAfter: Float(1).bitPattern,
                        sliceSeed: fixture.committee.context.sliceSeed(id)))
        }
    }

    /// What is claimed on the DEV_TEXTS and not confirmed by the slice is not put to the vote.
    @Test func aSliceThatConfirmsNothingRefuses() async throws {
        let four = Float(4).bitPattern
        let losses = GuardLosses(taskBefore: four, taskAfter: four, generalBase: four, generalParent: four, generalAfter: four)
        let fixture = try Fixture(slice: losses)
        let summary = try #require(await fixture.judge(fixture.update()))
        #expect(summary.reason?.contains("Guard slice") == true)
        #expect(await fixture.routing.announcedVotes.map(\.message.isAnnouncement) == [true])
        #expect(await fixture.routing.stored.map { $0.value.first } == [UpdateAck.announced])
    }

    /// The losses of a slice that passes stand in the vote.
    @Test func aSliceThatConfirmsIsVotedOn() async throws {
        let four = Float(4).bitPattern
        let losses = GuardLosses(
            taskBefore: four, taskAfter: Float(3.25).bitPattern, generalBase: four, generalParent: four, generalAfter: four)
        let fixture = try Fixture(slice: losses)
        _ = await fixture.judge(try fixture.update())
        let votes = await fixture.routing.announcedVotes.dropFirst()
        #expect(votes.map(\.message.guardLosses) == [losses, losses])
    }

    @Test func judgesWhatIsAnnounced() async throws {
        let fixture = try Fixture()
        _ = await fixture.routing.publish(try fixture.update())
        _ = await fixture.routing.publish([1, 2, 3])
        await fixture.averager.run()
        #expect(await fixture.routing.announced.count == 1)
        #expect(await fixture.journal.summary(SHA256.hash([1, 2, 3]))?.status == .rejected)
    }
}
