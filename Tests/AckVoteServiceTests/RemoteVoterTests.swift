import AckQuorum
import BLS
import BeaconTypes
import PolTestChain
import Primitives
import ServiceInterfaces
import Testing

@testable import AckVoteService
@testable import ValidatorClient

/// A validator client that answers a service.
@Suite(.timeLimit(.minutes(1))) struct RemoteVoterTests {
    @Test func votesOnWhatItIsAsked() async throws {
        let bench = try Bench()
        let client = try bench.client([1, 4])
        let running = Task { await client.runAckRequests(AckVoting(ackRequests: bench.service, committees: bench.node)) }
        defer { running.cancel() }
        let members = try await bench.members()
        while await Set(bench.service.signers(among: members)) != [1, 4] { await Task.yield() }
        let ack = try bench.chain.ack()
        for vote in [1, 4].map({ validator in Task { try await bench.service.sign(bench.chain.statement(ack), validator: validator) } }) {
            #expect(try await bench.isSigned(vote.value))
        }
        // And INVALID, on another update.
        let invalid = try bench.chain.ack(verdict: .invalid, update: SHA256.hash([10]))
        #expect(try await bench.isSigned(bench.service.sign(bench.chain.statement(invalid), validator: 4)))
    }

    /// The protection record stands between the request and the signature.
    @Test func contradictsItselfForNobody() async throws {
        let bench = try Bench()
        let client = try bench.client([1])
        let ack = try bench.chain.ack()
        #expect(await client.answer([AckRequest(id: 1, validator: 1, statement: bench.chain.statement(ack))], bench.node).count == 1)
        #expect(
            await client.answer(
                [AckRequest(id: 2, validator: 1, statement: try bench.chain.statement(bench.chain.ack(after: 2)))], bench.node
            ).isEmpty)
        #expect(
            await client.answer(
                [AckRequest(id: 3, validator: 1, statement: try bench.chain.statement(bench.chain.ack(verdict: .invalid)))], bench.node
            )
            .isEmpty)
        // The same message again is the same vote.
        #expect(
            await client.answer([AckRequest(id: 4, validator: 1, statement: bench.chain.statement(ack))], bench.node) == [
                try bench.chain.vote(1, ack)
            ])
    }

    @Test func aHeldKeyIsNeitherOfferedNorUsed() async throws {
        let bench = try Bench()
        let client = try bench.client([1, 2])
        await client.hold(bench.chain.secrets[1].publicKey.bytes)
        await client.subscribe(to: bench.service)
        #expect(Set(await bench.service.subscribers.keys) == [2])
        let ack = try bench.chain.ack()
        let votes = await client.answer(
            [1, 2, 3].map { AckRequest(id: $0, validator: $0, statement: bench.chain.statement(ack)) }, bench.node)
        #expect(votes.map(\.validatorIndex) == [2])
    }

    enum Fault: CaseIterable {
        case anchor, seed, slice, announced, genesisSlot, oldSlot, futureSlot, lastSlot, stranger, noUpdate, verdict, noAdapter, worse,
            notANumber, barely
        case invalidWithAdapter, invalidWithLoss, ownInvalid
    }

    /// Messages that no honest node asks for.
    @Test(arguments: Fault.allCases)
    func refusesWhatBreaksARule(_ fault: Fault) async throws {
        let bench = try Bench()
        let client = try bench.client([1])
        var ack = try bench.chain.ack()
        switch fault {
        case .anchor: ack.anchorRoot = SHA256.hash([1])
        case .seed: ack.sliceSeed = .zero
        case .slice: ack.guardLosses.taskBefore = 1
        case .announced:
            // Another's candidate.
            var candidate = UpdateCandidate()
            (candidate.slot, candidate.author) = (5, 2)
            ack = UpdateAck(announcing: candidate, updateID: SHA256.hash([9]))
        case .genesisSlot: ack.slot = 0
        case .oldSlot: ack = try bench.chain.ack(slot: 2)
        case .futureSlot: ack.slot = 8
        case .lastSlot: ack.slot = .max
        case .stranger: ack.author = 99
        case .noUpdate: ack.updateId = .zero
        case .verdict: ack.verdict = 4
        case .noAdapter: ack.adapterRoot = .zero
        case .worse: ack.lossAfter = Float(5).bitPattern
        case .notANumber: ack.lossAfter = Float.nan.bitPattern
        // One thousandth less, which is not below.
        case .barely: (ack.lossBefore, ack.lossAfter) = (Float(1000).bitPattern, Float(999).bitPattern)
        case .invalidWithAdapter:
            ack = try bench.chain.ack(verdict: .invalid)
            ack.adapterRoot = SHA256.hash([4])
        case .invalidWithLoss:
            ack = try bench.chain.ack(verdict: .invalid)
            ack.lossBefore = 1
        case .ownInvalid:
            ack = try bench.chain.ack(verdict: .invalid)
            ack.author = 1
        }
        #expect(await client.answer([AckRequest(id: 1, validator: 1, statement: bench.chain.statement(ack))], bench.node).isEmpty)
        #expect(await client.signedAcks == 0)
        // One good request among bad ones is answered all the same.
        let good = AckRequest(id: 2, validator: 1, statement: try bench.chain.statement(bench.chain.ack(after: 1)))
        #expect(await client.answer([AckRequest(id: 1, validator: 1, statement: bench.chain.statement(ack)), good], bench.node).count == 1)
    }
}
