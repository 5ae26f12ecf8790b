import BLS
import BeaconTypes
import KeyValueStore
import Primitives
import ServiceInterfaces
import SlashingProtection
import StateTransition
import Synchronization
import Testing

@testable import ValidatorClient

/// What is signed, when it could be slashed.
@Suite(.timeLimit(.minutes(1))) struct SigningOrderTests {
    private func duty(_ test: TestClient, slot: Slot) -> ProposerDuty {
        ProposerDuty(publicKey: test.keys[0].publicKey.bytes, validatorIndex: 0, slot: slot)
    }

    private func ack(_ update: UInt8, loss: UInt32 = 1, losses: UInt8 = 7) -> AckStatement {
        let ack = UpdateAck(
            slot: 10, anchorRoot: root(1), updateId: root(update), author: 0, verdict: 1, adapterRoot: root(3), lossBefore: 2,
            lossAfter: loss)
        return AckStatement(ack: ack, lossesRoot: root(losses))
    }

    @Test func theRecordIsOnDiskBeforeAnythingIsSent() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        let recorded = Mutex<[UInt64?]>([])
        await test.node.set { node in
            node.onAttestations = { [protection = test.protection, key = test.keys[0].publicKey.bytes] _ in
                recorded.withLock { $0.append((try? protection.history(of: key))?.newestTarget) }
            }
        }
        _ = await test.client.attest(at: 10)
        #expect(recorded.withLock { $0 } == [10])
        test.store.close()
    }

    @Test func nothingIsSignedWhileTheDiskFails() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        test.store.close()
        #expect(await test.client.attest(at: 10).isEmpty)
        await test.client.propose(duty(test, slot: 10), test.node)
        await #expect(throws: ValidatorClientError.self) { try await test.client.sign(ack(5), validator: 0) }
        #expect(await test.node.attestations.isEmpty)
        #expect(await test.node.blocks.isEmpty)
        #expect(await test.client.figures.acks == 0)
    }

    @Test func noDoubleSigningAcrossARestart() async throws {
        let scratch = Scratch()
        let first = try TestClient(slot: 10, in: scratch)
        #expect(await first.client.attest(at: 10).count == 1)
        await first.client.propose(duty(first, slot: 10), first.node)
        _ = try await first.client.sign(ack(5), validator: 0)
        first.store.close()

        let second = try TestClient(slot: 10, in: scratch)
        await second.node.set { $0.headRootAnswer = root(99) }
        #expect(await second.client.attest(at: 10).isEmpty)
        await second.client.propose(duty(second, slot: 10), second.node)
        await #expect(throws: ValidatorClientError.self) { try await second.client.sign(ack(5, loss: 0), validator: 0) }
        #expect(await second.node.attestations.isEmpty)
        #expect(await second.node.blocks.isEmpty)

        // The very same messages may go out again, with the same signatures.
        await second.node.set { $0.headRootAnswer = root(1) }
        #expect(await second.client.attest(at: 10).count == 1)
        await second.client.propose(duty(second, slot: 10), second.node)
        _ = try await second.client.sign(ack(5), validator: 0)
        #expect(await second.node.attestations == first.node.attestations)
        #expect(await second.node.blocks.map(\.signature) == first.node.blocks.map(\.signature))
        second.store.close()
    }

    @Test func oneRefusalDoesNotSilenceTheOthers() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, validators: 3, in: scratch)
        // Validator 1 has signed a vote around the coming one.
        try test.protection.record(
            SignedAttestationRecord(sourceEpoch: 2, targetEpoch: 50, signingRoot: root(8)), by: test.keys[1].publicKey.bytes)
        let votes = await test.client.attest(at: 10)
        #expect(await test.node.attestations.map(\.attesterIndex) == [0, 2])
        #expect(votes.first?.members.map(\.validatorIndex) == [0, 2])
        #expect(await test.client.figures.failedAttestations == 1)
        test.store.close()
    }

    @Test func ackVotesAreSignedOnce() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch)
        #expect(await test.client.signers(among: [5, 1, 0, 7]) == [1, 0])
        let vote = try await test.client.sign(ack(5), validator: 1)
        #expect(vote.validatorIndex == 1)
        #expect(try await test.client.sign(ack(5), validator: 1) == vote)
        // The same verdict with other losses behind it is another vote.
        await #expect(throws: ValidatorClientError.self) { try await test.client.sign(ack(5, losses: 8), validator: 1) }
        await #expect(throws: ValidatorClientError.self) { try await test.client.sign(ack(5, loss: 0), validator: 1) }
        await #expect(throws: ValidatorClientError.self) { try await test.client.sign(ack(6), validator: 2) }
        _ = try await test.client.sign(ack(6), validator: 1)
        test.store.close()
    }
}
