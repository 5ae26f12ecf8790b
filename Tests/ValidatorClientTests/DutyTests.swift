import BLS
import BeaconTypes
import KeyValueStore
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestSupport
import Testing

@testable import ValidatorClient

@Suite(.timeLimit(.minutes(1))) struct DutyTests {
    @Test func attestsAtAThirdAndAggregatesAtTwoThirds() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        let duties = Task { await test.client.doCommitteeDuties(of: 10, HeadArrivals()) }
        let attestationTime = 120 + 12 * 0.3333
        await test.time.waitForSleeper(until: attestationTime)
        test.time.turn(to: attestationTime - 0.05)
        #expect(await test.node.attestations.isEmpty)
        #expect(await test.node.messages.isEmpty)

        test.time.turn(to: attestationTime)
        let aggregationTime = 120 + 12 * 0.6667
        await test.time.waitForSleeper(until: aggregationTime)
        let attestations = await test.node.attestations
        #expect(attestations.map(\.attesterIndex) == [0, 1])
        for attestation in attestations {
            #expect(attestation.data.slot == 10)
            let root = computeSigningRoot(attestation.data, test.domain(Constant.domainBeaconAttester), test.node.spec)
            #expect(test.isSigned(root, by: attestation.attesterIndex, attestation.signature))
        }
        #expect(await test.node.aggregates.isEmpty)

        test.time.turn(to: aggregationTime)
        await duties.value
        #expect(await test.node.aggregates.map(\.message.aggregatorIndex) == [0, 1])
        #expect(await test.node.contributions.count == 4)
        test.store.close()
    }

    @Test func attestsWhenTheSlotsBlockArrives() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        let arrivals = HeadArrivals()
        await arrivals.record(9)
        let duties = Task { await test.client.doCommitteeDuties(of: 10, arrivals) }
        await test.time.waitForSleeper(until: 120 + 12 * 0.3333)
        #expect(await test.node.attestations.isEmpty)
        // Time stands still; only the block comes.
        await arrivals.record(10)
        await test.time.waitForSleeper(until: 120 + 12 * 0.6667)
        #expect(await test.node.attestations.count == 2)
        duties.cancel()
        await duties.value
        #expect(await test.node.aggregates.isEmpty)
        test.store.close()
    }

    @Test func runsItsDutiesByTheNodesEventsAndClock() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        let run = Task { await test.client.run() }
        await test.time.waitForSleeper(until: 132)
        // The next proposal is prepared late in the slot before it.
        test.time.turn(to: 120 + 8.1)
        await test.node.preparations.reaches(1)
        #expect(await test.node.prepared == [11])
        #expect(await test.node.blocks.isEmpty)
        test.time.turn(to: 132)
        await test.node.proposals.reaches(1)
        await test.time.waitForSleeper(until: 132 + 12 * 0.3333)
        #expect(await test.node.attestations.isEmpty)
        await test.node.announceHead(11)
        await test.node.votes.reaches(2)
        run.cancel()
        await run.value
        test.store.close()
    }

    @Test func proofsAndAggregatesAreSignedForTheirPurpose() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        let votes = await test.client.attest(at: 10)
        await test.client.aggregate(votes, at: 10)
        let spec = test.node.spec
        for aggregate in await test.node.aggregates {
            let index = aggregate.message.aggregatorIndex
            #expect(aggregate.message.aggregate.data == votes.first?.data)
            let proofRoot = computeSigningRoot(UInt64(10), test.domain(Constant.domainSelectionProof), Unshaped())
            #expect(test.isSigned(proofRoot, by: index, aggregate.message.selectionProof))
            let root = computeSigningRoot(aggregate.message, test.domain(Constant.domainAggregateAndProof), spec)
            #expect(test.isSigned(root, by: index, aggregate.signature))
        }
        let vote = try #require(await test.client.sendSyncCommitteeMessages(at: 10))
        for message in await test.node.messages {
            #expect(message.slot == 10 && message.beaconBlockRoot == vote.blockRoot)
            let root = computeSigningRoot(objectRoot: vote.blockRoot, test.domain(Constant.domainSyncCommittee))
            #expect(test.isSigned(root, by: message.validatorIndex, message.signature))
        }
        await test.client.contribute(vote, at: 10)
        // 32 seats make 4 subcommittees of 8: seat 0 and 8 of validator 0 are in the first two.
        let contributions = await test.node.contributions
        #expect(contributions.map(\.message.contribution.subcommitteeIndex) == [0, 1, 0, 1])
        for contribution in contributions {
            let index = contribution.message.aggregatorIndex
            let data = SyncAggregatorSelectionData(
                slot: 10, subcommitteeIndex: contribution.message.contribution.subcommitteeIndex)
            let proofRoot = computeSigningRoot(data, test.domain(Constant.domainSyncCommitteeSelectionProof), spec)
            #expect(test.isSigned(proofRoot, by: index, contribution.message.selectionProof))
            let root = computeSigningRoot(contribution.message, test.domain(Constant.domainContributionAndProof), spec)
            #expect(test.isSigned(root, by: index, contribution.signature))
        }
        test.store.close()
    }

    @Test func asksForTheSeatsOfThePeriodThatIncludesTheMessage() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 254, in: scratch)
        for slot in 253...257 as ClosedRange<Slot> { _ = await test.client.sendSyncCommitteeMessages(at: slot) }
        // Messages of slot 255 go into slot 256, the first of the second period.
        #expect(await test.node.syncDutyRequests == [254, 256])
        test.store.close()
    }

    @Test func refusesAnswersAboutAnotherSlot() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        await test.node.set { $0.answersWrongSlot = true }
        #expect(await test.client.attest(at: 10).isEmpty)
        await test.client.propose(ProposerDuty(publicKey: test.keys[0].publicKey.bytes, validatorIndex: 0, slot: 10), test.node)
        #expect(await test.node.attestations.isEmpty)
        #expect(await test.node.blocks.isEmpty)
        test.store.close()
    }

    @Test func selectsAggregatorsByTheSpecification() {
        // SHA-256 of 96 zero bytes begins with 0x2ea9ab9198d1638007400cd2c3bef1cc.
        let signature = BLSSignature()
        let number: UInt64 = 0x8063_d198_91ab_a92e
        #expect(SHA256.hash(signature.bytes).hex.hasPrefix("0x2ea9ab9198d16380"))
        for length in [1, 16, 32, 48, 80, 112, 2048] as [UInt64] {
            #expect(
                AggregatorSelection.isAggregator(committeeLength: length, slotSignature: signature)
                    == (number % max(1, length / 16) == 0))
        }
        #expect(AggregatorSelection.isSyncCommitteeAggregator(signature, preset: .minimal))
        #expect(AggregatorSelection.isSyncCommitteeAggregator(signature, preset: .mainnet) == (number % 8 == 0))
    }
}
