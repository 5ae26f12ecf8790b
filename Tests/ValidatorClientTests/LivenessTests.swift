import BLS
import BeaconTypes
import KeyValueStore
import Primitives
import ServiceInterfaces
import SlashingProtection
import TestSupport
import Testing

@testable import ValidatorClient

@Suite(.timeLimit(.minutes(1))) struct LivenessTests {
    @Test func aDatabaseOlderThanTheChainDoesNotSign() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 100, seesChain: true, in: scratch)
        // The chain saw both in epoch 98; the record of validator 0 reaches there, that of validator 1 ends before.
        for (index, target) in [98, 97].enumerated() as EnumeratedSequence<[UInt64]> {
            try test.protection.record(
                SignedAttestationRecord(sourceEpoch: 2, targetEpoch: target, signingRoot: root(1)), by: test.keys[index].publicKey.bytes)
        }
        await test.node.set { node in
            node.newest = 99
            node.live = [98: [0, 1]]
        }
        // Nothing is signed before the comparison.
        #expect(await test.client.signers(among: [0, 1]).isEmpty)
        #expect(await test.client.attest(at: 100).isEmpty)
        await test.client.checkProtectionAgainstChain()
        #expect(await test.client.held == [test.keys[1].publicKey.bytes: .databaseOlderThanChain(chain: 98, recorded: 97)])
        _ = await test.client.attest(at: 100)
        #expect(await test.node.attestations.map(\.attesterIndex) == [0])
        #expect(await test.client.signers(among: [0, 1]) == [0])
        test.store.close()
    }

    @Test func aLostDatabaseDoesNotSignEither() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 100, seesChain: true, in: scratch)
        await test.node.set { node in
            node.newest = 99
            node.live = [97: [0]]
        }
        await test.client.checkProtectionAgainstChain()
        let reason = try #require(await test.client.held[test.keys[0].publicKey.bytes])
        #expect(reason == .databaseOlderThanChain(chain: 97, recorded: nil))
        #expect(reason.description.contains("slashing-protection import"))
        // A proposer that is held is not asked to propose.
        #expect(await test.client.attest(at: 100).first?.members.map(\.validatorIndex) == [1])
        await test.client.propose(ProposerDuty(publicKey: test.keys[0].publicKey.bytes, validatorIndex: 0, slot: 100), test.node)
        #expect(await test.node.blocks.isEmpty)
        test.store.close()
    }

    @Test func signsNothingUntilTwoEpochsWereWatched() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 100, detectsDoppelgangers: true, in: scratch)
        await test.node.set { $0.live = [102: [1]] }
        await test.client.checkProtectionAgainstChain()
        let watched = try #require(await test.client.holdForDoppelgangers())
        #expect(watched == 101...102)
        let watch = Task { await test.client.runDoppelgangerWatch(watched) }
        for observation in [102.75, 103.75] {
            await test.time.waitForSleeper(until: observation * 12)
            #expect(await test.client.attest(at: 101).isEmpty)
            test.time.turn(to: observation * 12)
        }
        await watch.value
        #expect(await test.client.held == [test.keys[1].publicKey.bytes: .doppelganger(epoch: 102)])
        #expect(await test.client.attest(at: 104).count == 1)
        #expect(await test.node.attestations.map(\.attesterIndex) == [0])
        test.store.close()
    }

    @Test(arguments: [0, 1] as [Slot])
    func aChainThatHasJustBegunIsNotWatched(slot: Slot) async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: slot, detectsDoppelgangers: true, in: scratch)
        await test.client.checkProtectionAgainstChain()
        #expect(await test.client.holdForDoppelgangers() == nil)
        #expect(await test.client.held.isEmpty)
        test.store.close()
    }

    @Test func detectionIsOffUnlessAskedFor() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 100, in: scratch)
        #expect(await test.client.holdForDoppelgangers() == nil)
        test.store.close()
    }

    @Test func readsTheChainsOwnStates() async throws {
        let chain = ParticipationChain()
        let liveness = ChainLiveness(chain: chain)
        #expect(try await liveness.newestEpoch() == 9)
        #expect(try await liveness.liveValidators(epoch: 8, among: [0, 1, 2, 3]) == [1, 3])
        #expect(try await liveness.liveValidators(epoch: 9, among: [0, 1, 2, 3]) == [0])
        #expect(try await liveness.liveValidators(epoch: 5, among: [0, 1, 2, 77]) == [2])
        #expect(try await liveness.liveValidators(epoch: 12, among: [0, 1, 2]).isEmpty)
    }
}
