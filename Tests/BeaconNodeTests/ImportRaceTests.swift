import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import ServiceInterfaces
import TestSupport
import Testing

@testable import BeaconNode

/// The actor lets others in wherever it waits for the execution layer: a block must still be taken in once, and a head announced
/// once.
@Suite struct ImportRaceTests {
    /// Returns once somebody waits for another's import of the same block.
    private func waitForFollower(_ chain: TestChain) async {
        while await chain.node.importer.followers == 0 { await Task.yield() }
    }

    @Test func aBlockThatComesTwiceAtOnceIsImportedOnce() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        try await chain.goTo(2)
        let block = try await chain.propose(2)
        let events = await chain.node.events()
        let before = await chain.node.figures.importedBlocks
        await chain.engine.hold(.newPayload)
        async let first: Void = chain.node.importBlock(block)
        async let second: Void = chain.node.publishBlock(block)
        await chain.engine.heldCalls.reaches(1)
        await waitForFollower(chain)
        await chain.engine.release()
        _ = try await (first, second)
        #expect(await chain.engine.payloads[block.message.body.executionPayload.blockHash] == 1)
        #expect(await chain.node.figures.importedBlocks == before + 1)
        #expect(await chain.node.importer.imports.isEmpty)
        await chain.node.stop()
        var seen: [String] = []
        for await event in events {
            switch event {
            case .block(_, let slot, _): seen.append("block \(slot)")
            case .head(_, let slot, _, _): seen.append("head \(slot)")
            default: break
            }
        }
        #expect(seen == ["block 2", "head 2"])
    }

    /// The second of two imports judges by itself when the first was refused: their signatures may differ.
    @Test func aRefusedTwinDoesNotCondemnTheBlock() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        try await chain.goTo(2)
        let block = try await chain.propose(2)
        await chain.engine.setReachable(false)
        await chain.engine.hold(.newPayload)
        let first = Task { try await chain.node.importBlock(block) }
        await chain.engine.heldCalls.reaches(1)
        let second = Task { try await chain.node.importBlock(block) }
        await waitForFollower(chain)
        await chain.engine.release()
        await #expect(throws: BeaconNodeError.self) { try await first.value }
        await #expect(throws: BeaconNodeError.self) { try await second.value }
        await chain.engine.setReachable(true)
        try await chain.node.importBlock(block)
        #expect(await chain.node.head.slot == 2)
    }

    /// Each head is announced as it was, in order, though the head has moved on meanwhile.
    @Test func headsAreAnnouncedOnceAndInOrder() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        try await chain.goTo(2)
        let node = chain.node
        let second = try await chain.propose(2)
        let events = await node.events()
        await chain.engine.hold(.forkchoice)
        async let importing: Void = node.importBlock(second)
        await chain.engine.heldCalls.reaches(1)
        chain.time.set(to: node.clock.start(of: 3))
        let third = try await chain.propose(3)
        async let importingNext: Void = node.importBlock(third)
        while await node.head.slot < 3 { await Task.yield() }
        await chain.engine.release()
        _ = try await (importing, importingNext)
        await node.stop()
        var heads: [Root] = []
        for await event in events { if case .head(let root, _, _, _) = event { heads.append(root) } }
        #expect(heads == [second.message.hashTreeRoot(.pol), third.message.hashTreeRoot(.pol)])
        #expect(await chain.engine.lastForkchoice?.headBlockHash == third.message.body.executionPayload.blockHash)
    }
}
