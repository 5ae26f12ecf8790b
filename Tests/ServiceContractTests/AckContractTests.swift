import TestSupport
import AckVoteService
import AckQuorum
import BLS
import BeaconAPI
import BeaconNode
import BeaconTypes
import Primitives
import RemoteBeaconNode
import SSZ
import ServiceInterfaces
import TestChains
import Testing

/// ``AckCommittees``, ``AckCertificateTaking`` and ``AckRequestService``.
@Suite("Contract: votes on updates", .timeLimit(.minutes(1)))
struct AckContractTests {
    @Test("The committee of a slot is told with what its votes refer to", arguments: Side.allCases)
    func committee(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let committee = try await client.ackCommittee(slot: 2)
            let truth = try chain.node.ackCommittee(slot: 2)
            #expect(committee.slot == 2 && committee.learning == truth.learning)
            #expect(committee.context.members == truth.context.members && committee.context.publicKeys == truth.context.publicKeys)
            #expect(committee.context.anchorRoot == truth.context.anchorRoot && committee.context.domain == truth.context.domain)
            #expect(committee.context.revealMix == truth.context.revealMix && !truth.context.revealMix.isZero)
            #expect(committee.context.quorum == truth.context.quorum)
            for slot in [0, 1 << 40] as [Slot] {
                #expect(await refusal { _ = try await client.ackCommittee(slot: slot) }?.fault == .sender)
            }
            await expectRefusal("certificate", .sender) {
                try await client.submitAckCertificate(AckCertificate(default: chain.spec))
            }
        }
    }

    /// Holds no keys.
    private struct Nobody: AckSigner {
        struct NoKey: Error {}

        func signers(among members: [ValidatorIndex]) -> [ValidatorIndex] { [] }
        func sign(_ statement: AckStatement, validator: ValidatorIndex) throws -> SignedUpdateAck { throw NoKey() }
    }

    @Test("Validators of other processes are named, asked and heard; those who may not are refused one by one", arguments: Side.allCases)
    func board(_ side: Side) async throws {
        try await OperationChain.with { chain async throws in
            for slot in 1...2 as ClosedRange<Slot> { try await chain.extend(to: slot) }
            let desk = AckVoteService(local: Nobody(), chain: chain.node, patience: .seconds(50), logger: quiet)
            let check: @Sendable (any AckRequestService) async throws -> Void = { board in
                let refused = await refusal { try await board.subscribe([0, 99, 2]) } as? SubmissionRefused
                #expect(refused?.failures.map(\.index) == [1] && refused?.fault == .sender)
                #expect(try await board.requests(after: 0, patience: .zero).isEmpty)
                let context = try chain.node.ackCommittee(slot: 2).context
                let ack = UpdateAck(
                    slot: 2, anchorRoot: context.anchorRoot, updateId: .filled(1), author: 0, verdict: 1, adapterRoot: .filled(2),
                    lossBefore: 5, lossAfter: 4, sliceSeed: context.sliceSeed(.filled(1)))
                let statement = AckStatement(ack: ack, lossesRoot: .filled(3))
                let asking = Task { try await desk.sign(statement, validator: 2) }
                let request = try #require(try await board.requests(after: 0, patience: .seconds(9)).first)
                #expect(request.validator == 2 && request.statement == statement)
                func vote(_ key: Int, _ signed: AckStatement) -> SignedUpdateAck {
                    context.signing.vote(signed, validator: 2) { chain.keys[key].sign($0) }
                }
                // Another's key; and the right one, under losses that were not asked for.
                for bad in [vote(1, statement), vote(2, AckStatement(ack: ack, lossesRoot: .filled(4)))] {
                    let wrong = await refusal { try await board.submit([bad]) } as? SubmissionRefused
                    #expect(wrong?.failures.map(\.index) == [0] && wrong?.rule == "signature")
                }
                try await board.submit([vote(2, statement)])
                #expect(try await asking.value == vote(2, statement))
                #expect(await refusal { try await board.submit([vote(2, statement)]) }?.rule == "not-asked")
            }
            guard side == .overREST else { return try await check(desk) }
            try await BeaconDoor(chain: chain.node, services: chain.node, ackRequests: desk).served { url in
                let clock = chain.clock
                try await check(try await RemoteBeaconNode(url: url, now: { clock.now }, logger: quiet))
            }
        }
    }
}
