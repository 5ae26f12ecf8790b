import AckQuorum
import BeaconTypes
import BLS
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

/// A deposit request that the execution layer reports becomes a validator of the running chain.
@Suite struct GrowthTests {
    @Test func aDepositInAPayloadGrowsCommitteeAndQuorum() async throws {
        let chain = try TestChain(validators: 4, spareKeys: 1)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        #expect(await chain.node.ackSeats(slot: 4) == AckSeats(members: 4, quorum: 2))

        var request = DepositRequest()
        request.pubkey = chain.keys[4].publicKey.bytes
        request.withdrawalCredentials = Hash32 { (bytes: UnsafeMutableRawBufferPointer) in bytes[0] = 1 }
        request.amount = chain.spec.preset.minActivationBalance
        let message = DepositMessage(
            pubkey: request.pubkey, withdrawalCredentials: request.withdrawalCredentials, amount: request.amount)
        request.signature = chain.keys[4].sign(
            computeSigningRoot(message, computeDomain(Constant.domainDeposit, chain.spec.config.genesisForkVersion, .zero), chain.spec))
        await chain.engine.setRequests([[Constant.depositRequestType] + request.serialize(chain.spec)])
        let block = try await chain.advance(5)
        #expect(block.message.body.executionRequests.deposits == [request])

        var slot: Slot = 5
        while slot < 40, await chain.node.ackSeats(slot: slot)?.members == 4 {
            slot += 1
            try await chain.advance(slot)
        }
        #expect(await chain.node.ackSeats(slot: slot) == AckSeats(members: 5, quorum: 3))
        #expect(try await chain.node.validatorIndices(of: [request.pubkey]) == [request.pubkey: 4])
        // The grown committee goes on: the new member votes, and three votes besides the author's are needed
        try await chain.node.submitAckCertificate(chain.certificate(slot))
        try await chain.advance(slot + 1)
        #expect(await chain.node.head.state.state.learning.updateCount == 1)
        let members = try await chain.node.ackCommittee(slot: slot + 1).context.members
        let short = try await chain.certificate(slot + 1, voters: Array(members.prefix(3)))
        await #expect(throws: BeaconNodeError.self) { try await chain.node.submitAckCertificate(short) }
    }
}
