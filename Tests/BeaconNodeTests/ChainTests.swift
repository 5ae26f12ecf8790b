import BeaconTypes
import EngineTypes
import ForkChoice
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

/// A chain as it should be: blocks, votes, finality, readers.
@Suite struct ChainTests {
    @Test(arguments: [1, 4, 16]) func finalisesTheFirstBlockAtSlotFive(validators: Int) async throws {
        let chain = try TestChain(validators: validators)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        #expect(await chain.node.finalized.epoch == 0)
        try await chain.advance(5)
        #expect(await chain.node.finalized.epoch >= 1)
        for slot in 6...12 as ClosedRange<Slot> { try await chain.advance(slot) }
        let finalized = chain.node.finalized
        #expect(finalized.epoch >= 8)
        #expect(try await chain.node.blockRoot(.finalized) == finalized.root)
    }

    @Test func readersSeeTheCanonicalChain() async throws {
        let chain = try TestChain()
        var roots: [Slot: Root] = [:]
        for slot in [1, 2, 4, 5] as [Slot] { roots[slot] = try await chain.advance(slot).message.hashTreeRoot(.pol) }
        let node = chain.node
        #expect(try await node.blockRoot(.head) == roots[5])
        #expect(try await node.blockRoot(.slot(4)) == roots[4])
        #expect(try await node.blockRoot(.slot(3)) == nil)
        #expect(try await node.block(.head)?.isCanonical == true)
        let empty = try #require(try await node.state(.slot(3)))
        #expect(empty.state.slot == 3 && empty.state.latestBlockHeader.slot == 2)
        #expect(try await node.state(.root(#require(roots[2])))?.state.slot == 2)
        #expect(try await node.block(.root(.zero)) == nil)
        #expect(try await node.block(.genesis)?.block.message.slot == 0)
        #expect(await chain.engine.lastForkchoice?.headBlockHash == node.head.state.state.latestExecutionPayloadHeader.blockHash)
    }

    /// Fast confirmation names a block long before finality does, on the canonical chain.
    @Test func confirmsAheadOfFinality() async throws {
        let chain = try TestChain(validators: 16, spec: ForkTests.longEpochs)
        for slot in 1...28 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(29)
        let node = chain.node
        let confirmed = try #require(try await node.block(.confirmed))
        let finalizedSlot = node.finalized.epoch * 8
        #expect(confirmed.isCanonical)
        #expect(confirmed.block.message.slot > finalizedSlot)
        #expect(confirmed.block.message.slot >= 24)
        #expect(await node.metrics().first { $0.name == "beacon_confirmed_slot" }?.value == Double(confirmed.block.message.slot))
    }

    /// With one slot an epoch the rule waits for the justification of the epoch before, which no block can carry yet:
    /// what it confirms is what is finalised.
    @Test func confirmsWhatIsFinalisedWithOneSlotAnEpoch() async throws {
        let chain = try TestChain()
        for slot in 1...10 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(11)
        #expect(try await chain.node.blockRoot(.confirmed) == chain.node.finalized.root)
        #expect(await chain.node.finalized.epoch >= 6)
    }

    /// Without votes nothing more is confirmed or finalised.
    @Test func confirmsNothingWithoutVotes() async throws {
        let chain = try TestChain(validators: 16)
        for slot in 1...8 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(9)
        let finalized = chain.node.finalized
        for slot in 9...12 as ClosedRange<Slot> {
            try await chain.goTo(slot)
            try await chain.node.publishBlock(chain.propose(slot))
        }
        try await chain.goTo(13)
        let confirmed = try #require(try await chain.node.block(.confirmed))
        #expect(confirmed.block.message.slot <= 9)
        #expect(await chain.node.finalized.epoch <= finalized.epoch + 2)
    }

    @Test func aLoneNodeIsNeverSyncing() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        try await chain.goTo(40)
        let status = await chain.node.syncStatus()
        #expect(!status.isSyncing && !status.isOptimistic)
        #expect(status.headSlot == 1 && status.syncDistance == 39)
    }

    /// The votes of the store's tree are forgotten with the blocks before finality.
    @Test func prunesAtFinality() async throws {
        let chain = try TestChain()
        for slot in 1...20 as ClosedRange<Slot> { try await chain.advance(slot) }
        let node = chain.node
        let finalizedSlot = await node.finalized.epoch
        #expect(await node.forkChoice.nodes.allSatisfy { $0.slot >= finalizedSlot })
        #expect(await node.forkChoice.nodes.count <= 8)
        // Blocks stay, states between snapshots are replayed
        #expect(try await node.state(.slot(7))?.state.slot == 7)
    }

    @Test func showsCommitteeAndQuorum() async throws {
        for (validators, quorum) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)] {
            let chain = try TestChain(validators: validators)
            try await chain.advance(1)
            #expect(await chain.node.ackSeats(slot: 1) == AckSeats(members: validators, quorum: quorum))
        }
    }
}
