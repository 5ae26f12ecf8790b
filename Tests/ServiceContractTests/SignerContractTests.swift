import AckQuorum
import BLS
import BeaconAPI
import BeaconNode
import BeaconTypes
import EngineWire
import HTTPDoor
import Primitives
import RemoteBeaconNode
import SSZ
import ServiceInterfaces
import TestChains
import TestSupport
import Testing

/// ``AckSigner``.
@Suite("Contract: who signs votes on updates", .timeLimit(.minutes(1)))
struct SignerContractTests {
    /// Holds the keys of two validators, and refuses a vote of the second.
    private struct TwoKeys: AckSigner {
        let chain: OperationChain

        func signers(among members: [ValidatorIndex]) -> [ValidatorIndex] { members.filter { [1, 2].contains($0) } }

        func sign(_ statement: AckStatement, validator: ValidatorIndex) throws -> SignedUpdateAck {
            guard validator == 1 else { throw SubmissionRefused("no key", rule: "not-subscribed", fault: .circumstance) }
            let context = try chain.node.ackCommittee(slot: statement.ack.slot).context
            return context.signing.vote(statement, validator: validator) { chain.keys[Int(validator)].sign($0) }
        }
    }

    private func with(
        _ side: Side, token: String? = nil, _ body: @escaping @Sendable (OperationChain, any AckSigner) async throws -> Void
    ) async throws {
        try await OperationChain.with { chain async throws in
            for slot in 1...2 as ClosedRange<Slot> { try await chain.extend(to: slot) }
            let signer = TwoKeys(chain: chain)
            guard side == .overREST else { return try await body(chain, signer) }
            let secret = JWTSecret.random()
            let check = BearerCheck { try EngineToken.check($0, secret, now: 1000) }
            let door = BeaconDoor(chain: chain.node, services: chain.node, signers: .init(signer, check: check))
            try await door.served { url in
                let clock = chain.clock
                let issue: @Sendable () -> String = { token ?? EngineToken.issue(secret, now: 1000) }
                try await body(chain, try await RemoteBeaconNode(url: url, token: issue, now: { clock.now }, logger: quiet))
            }
        }
    }

    private func statement(_ chain: OperationChain) throws -> AckStatement {
        let context = try chain.node.ackCommittee(slot: 2).context
        let ack = UpdateAck(
            slot: 2, anchorRoot: context.anchorRoot, updateId: .filled(1), author: 0, verdict: 1, adapterRoot: .filled(2), lossBefore: 5,
            lossAfter: 4)
        return AckStatement(ack: ack, lossesRoot: .filled(3))
    }

    @Test("Those who sign are named in their order, and sign; who does not is told as refused", arguments: Side.allCases)
    func signs(_ side: Side) async throws {
        try await with(side) { chain, signer in
            #expect(await signer.signers(among: [3, 2, 0, 1]) == [2, 1])
            #expect(await signer.signers(among: []).isEmpty)
            let statement = try statement(chain)
            let vote = try await signer.sign(statement, validator: 1)
            #expect(vote.validatorIndex == 1 && vote.message == statement.ack)
            let context = try chain.node.ackCommittee(slot: 2).context
            let seat = try #require(context.members.firstIndex(of: 1))
            #expect(context.verify(vote, seat: seat) && context.opens(vote, seat: seat, lossesRoot: statement.lossesRoot))
            await expectRefusal("not-subscribed", .circumstance) { _ = try await signer.sign(statement, validator: 2) }
        }
    }

    @Test("Over the network nobody signs for whoever does not hold the node's secret")
    func strangers() async throws {
        try await with(.overREST, token: "none") { chain, signer in
            #expect(await signer.signers(among: [1]).isEmpty)
            let statement = try statement(chain)
            await expectRefusal("status-401", .sender) { _ = try await signer.sign(statement, validator: 1) }
        }
    }
}
