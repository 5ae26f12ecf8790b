import AckQuorum
import BeaconTypes
import EngineTypes
import ForkChoice
import Primitives
import SSZ
import StateTransition
import Testing

@testable import BeaconNode

/// Blocks that must not be imported: each is refused with a reason that names the fault, and leaves no trace.
@Suite struct RefusalTests {
    /// Offers `block` and expects a refusal whose text contains `reason`; the node is as before.
    private func refused(_ block: SignedBeaconBlock, by chain: TestChain, _ reason: String, line: Int = #line) async {
        let before = await chain.node.head.root
        let nodes = await chain.node.forkChoice.nodes.count
        do {
            try await chain.node.importBlock(block)
            Issue.record("accepted, expected '\(reason)' (line \(line))")
        } catch {
            #expect("\(error)".contains(reason), "'\(error)' does not say '\(reason)' (line \(line))")
        }
        #expect(await chain.node.head.root == before)
        #expect(await chain.node.forkChoice.nodes.count == nodes)
        #expect(!(await chain.node.forkChoice.contains(block.message.hashTreeRoot(chain.spec))))
    }

    @Test func blocksOutOfPlace() async throws {
        let chain = try TestChain()
        let old = try await chain.advance(1)
        for slot in 2...9 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(10)
        let block = try await chain.propose(10)

        var future = block.message
        future.slot = 1_000_000
        await refused(try await chain.sign(future), by: chain, "1000000")
        var orphan = block.message
        orphan.parentRoot = SHA256.hash([1])
        await refused(try await chain.sign(orphan), by: chain, "unknown")
        var ancient = block.message
        ancient.slot = 1
        await refused(try await chain.sign(ancient), by: chain, "finalised")
        var branch = old.message
        branch.slot = 10
        branch.body.graffiti = SHA256.hash([2])
        await refused(try await chain.sign(branch), by: chain, "parent")

        // The very next slot is the future, too; when its time comes the same block is taken.
        var early = block.message
        early.slot = 11
        await refused(try await chain.sign(early), by: chain, "slot 11")
        try await chain.node.importBlock(block)
        #expect(await chain.node.head.slot == 10)
        // A known block is no error
        try await chain.node.importBlock(block)
    }

    @Test func blocksThatBreakARule() async throws {
        let chain = try TestChain()
        for slot in 1...3 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(4)
        let block = try await chain.propose(4)

        await refused(SignedBeaconBlock(message: block.message, signature: BLSSignature()), by: chain, "block signature")
        var message = block.message
        message.stateRoot = .zero
        await refused(try await chain.sign(message), by: chain, "state root")
        message = block.message
        message.proposerIndex = (message.proposerIndex + 1) % 4
        await refused(try await chain.sign(message), by: chain, "proposer index")
        message = block.message
        message.body.executionPayload.difficulty = 1
        await refused(try await chain.sign(message), by: chain, "difficulty")
        message = block.message
        message.body.executionPayload.extraData = [1, 2, 3]
        await refused(try await chain.sign(message), by: chain, "extra_data length")
        message = block.message
        message.body.randaoReveal = block.signature
        await refused(try await chain.sign(message), by: chain, "randao")
        // Everything that the state transition takes, and a seal that the execution layer refuses
        message = block.message
        message.body.executionPayload.powNonce = Bytes8([1, 0, 0, 0, 0, 0, 0, 0]) ?? Bytes8()
        message.stateRoot = try await chain.node.stateAfter(message.parentRoot).computeNewStateRoot(message)
        await refused(try await chain.sign(message), by: chain, "seal")
        await chain.engine.setReachable(false)
        await refused(block, by: chain, "execution node does not answer")
        await chain.engine.setReachable(true)
        try await chain.node.importBlock(block)
        #expect(await chain.node.figures.rejectedBlocks == 8)
        #expect(await chain.node.pooledAckQuorumSlashings().isEmpty)
    }

    /// Certificates that are wrong in one thing each.
    @Test func wrongCertificates() async throws {
        let chain = try TestChain()
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        let good = try await chain.certificate(4)
        try await chain.node.submitAckCertificate(good)
        try await chain.goTo(5)
        let block = try await chain.propose(5)
        #expect(block.message.body.ackCertificate == good)

        // Slots to which the state would be moved for ever, or beyond the last.
        for slot in [7, 1 << 40, .max - 1, .max] as [Slot] {
            var late = good
            late.ack.slot = slot
            await #expect(throws: BeaconNodeError.self) { try await chain.node.submitAckCertificate(late) }
        }

        var wrong = good
        wrong.committeeBits = Bitlist([true, true, true, true, true])
        await refused(try await chain.replacing(wrong, in: block), by: chain, "bits")
        wrong = good
        wrong.committeeBits = Bitlist(count: 4)
        await refused(try await chain.replacing(wrong, in: block), by: chain, "author")
        wrong = try await chain.certificate(4, voters: [good.ack.author])
        await refused(try await chain.replacing(wrong, in: block), by: chain, "quorum")
        wrong = good
        wrong.signature = block.signature
        await refused(try await chain.replacing(wrong, in: block), by: chain, "signature")
        wrong = good
        wrong.ack.slot = 1
        wrong.candidate.slot = 1
        await refused(try await chain.replacing(wrong, in: block), by: chain, "slot window")
        wrong = good
        wrong.candidate.author += 1
        await refused(try await chain.replacing(wrong, in: block), by: chain, "candidate")
        var unclaimed = block.message
        unclaimed.body.executionPayload.extraData = PolExtraData.bytes(
            parentHash: unclaimed.body.executionPayload.parentHash, updateID: .zero)
        await refused(try await chain.sign(unclaimed), by: chain, "certificate not empty")

        try await chain.node.publishBlock(block)
        #expect(await chain.node.head.state.state.learning.updateCount == 1)
        try await chain.goTo(6)
        let next = try await chain.propose(6)
        await refused(try await chain.replacing(good, in: next), by: chain, "replay")
    }
}
