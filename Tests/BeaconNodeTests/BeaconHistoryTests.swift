import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import ServiceInterfaces
import TestSupport
import Testing

@testable import BeaconNode

/// What comes behind a start at a checkpoint: the blocks before it, and their payloads.
@Suite(.timeLimit(.minutes(1))) struct BeaconHistoryTests {
    /// A chain of twelve slots, and a node that began with its finalised block and follows it to the head, on an execution layer
    /// that has the genesis alone.
    private func follower() async throws -> (source: TestChain, follower: TestChain, blocks: [SignedBeaconBlock], checkpoint: Slot) {
        let source = try TestChain()
        var blocks: [SignedBeaconBlock] = []
        for slot in 1...12 as ClosedRange<Slot> { blocks.append(try await source.advance(slot)) }
        let block = try #require(try await source.node.block(.finalized)).block
        let state = try #require(try await source.node.state(.finalized)).state
        let anchor = try CheckpointAnchor(
            block: block, state: state, genesis: try TestChain.genesis(keys: source.keys, spec: .pol), trusted: nil, currentEpoch: 12)
        let follower = try TestChain(anchor: anchor)
        try await follower.goTo(12)
        for block in blocks.dropFirst(Int(block.message.slot)) { try await follower.node.importBlock(block) }
        return (source, follower, blocks, block.message.slot)
    }

    @Test func theHeadIsFollowedAtOnceAndNobodyVotesUntilTheHistoryIsExecuted() async throws {
        let (source, follower, blocks, checkpoint) = try await follower()
        let (node, history) = (follower.node, BeaconHistory(follower.node))
        #expect(node.head.root == source.node.head.root)
        #expect(node.syncStatus().isOptimistic)
        #expect(throws: BeaconNodeError.self) { try node.attestationData(slot: 12, committeeIndex: 0) }
        #expect(try history.missingHistory() == 1..<checkpoint)
        let isWholeAtFirst = try history.isWhole
        #expect(!isWholeAtFirst)
        let moves = node.learningMoves()
        try await history.prepareHistory()
        for block in blocks.prefix(Int(checkpoint)) { #expect(await history.importBlock(block, from: .checkpoint) == .imported) }
        let progress = try #require(node.syncStatus().history)
        #expect(progress.slot == checkpoint && progress.target == checkpoint)
        #expect(try history.missingHistory() == nil)
        try await history.settleHistory()
        #expect(!node.syncStatus().isOptimistic && node.syncStatus().history == nil)
        let isWhole = try history.isWhole
        #expect(isWhole)
        _ = try node.attestationData(slot: 12, committeeIndex: 0)
        for block in blocks {
            let held = try #require(try node.block(.slot(block.message.slot)))
            #expect(held.block == block && !held.isOptimistic)
        }
        #expect(await follower.engine.lastForkchoice?.headBlockHash == blocks.last?.message.body.executionPayload.blockHash)
        // Whoever keeps updates is told of the past once, when all of it leads to the checkpoint.
        node.stop()
        var past: [LearningMove] = []
        for await move in moves { if case .past = move { past.append(move) } }
        let last = blocks[Int(checkpoint) - 2].message
        let told = LearningMove.past(root: last.hashTreeRoot(.pol), slot: last.slot)
        #expect(past == [told])
        // Nobody may have heard it: each start tells it again.
        let restarted = try TestChain(resuming: follower, in: try TemporaryFolder(copyOf: follower.directory.path))
        let first = restarted.node.learningMoves()
        restarted.node.stop()
        #expect(await first.contains(told))
    }

    @Test func aRestartInTheMiddleGoesOnThere() async throws {
        let (_, follower, blocks, checkpoint) = try await follower()
        let history = BeaconHistory(follower.node)
        for block in blocks.prefix(3) { #expect(await history.importBlock(block, from: .checkpoint) == .imported) }
        let resumed = try TestChain(resuming: follower, in: try TemporaryFolder(copyOf: follower.directory.path))
        let after = BeaconHistory(resumed.node)
        #expect(try after.missingHistory() == 4..<checkpoint)
        #expect(resumed.node.syncStatus().isOptimistic)
        // An execution layer that lost what it had is given it again.
        let forgetful = try TestChain(in: try TemporaryFolder(copyOf: follower.directory.path))
        try await forgetful.goTo(12)
        let again = BeaconHistory(forgetful.node)
        try await again.prepareHistory()
        for block in blocks.prefix(Int(checkpoint)).dropFirst(3) { #expect(await again.importBlock(block, from: .checkpoint) == .imported) }
        try await again.settleHistory()
        #expect(!forgetful.node.syncStatus().isOptimistic)
    }

    @Test func whatNobodySignedOrWhatFollowsNothingIsNotKept() async throws {
        let (_, follower, blocks, checkpoint) = try await follower()
        let history = BeaconHistory(follower.node)
        #expect(await history.importBlock(blocks[2], from: .checkpoint) == .refused(.missingParent(blocks[1].message.hashTreeRoot(.pol))))
        var forged = blocks[0]
        forged.signature = blocks[1].signature
        guard case .refused(.invalid) = await history.importBlock(forged, from: .checkpoint) else {
            Issue.record("a block that its proposer did not sign is kept")
            return
        }
        forged.message.proposerIndex = 1 << 40
        guard case .refused(.invalid) = await history.importBlock(forged, from: .checkpoint) else {
            Issue.record("a block of no validator is kept")
            return
        }
        #expect(try history.missingHistory() == 1..<checkpoint)
    }

    @Test func nothingIsSettledWhileBlocksAreMissingAndNothingTakesTheCheckpointsPlace() async throws {
        let (_, follower, blocks, checkpoint) = try await follower()
        let history = BeaconHistory(follower.node)
        for block in blocks.prefix(2) { #expect(await history.importBlock(block, from: .checkpoint) == .imported) }
        var other = blocks[Int(checkpoint) - 1]
        other.message.parentRoot = blocks[0].message.parentRoot
        for block in [other, blocks[Int(checkpoint)]] {
            guard case .refused(.invalid) = await history.importBlock(block, from: .checkpoint) else {
                Issue.record("a block of slot \(block.message.slot) is taken for history")
                return
            }
        }
        #expect(try history.unprovenHistory() == 1..<checkpoint)
        try await history.settleHistory()
        let isWhole = try history.isWhole
        #expect(!isWhole && follower.node.syncStatus().isOptimistic)
        for block in blocks.prefix(2) + [blocks[Int(checkpoint) - 1]] {
            #expect(try follower.node.block(.slot(block.message.slot))?.block == block)
        }
    }

    @Test func finalityMayGoOnMeanwhile() async throws {
        let (source, follower, blocks, checkpoint) = try await follower()
        var all = blocks
        for slot in 13...20 as ClosedRange<Slot> {
            all.append(try await source.advance(slot))
            try await follower.goTo(slot)
            try await follower.node.importBlock(all[all.count - 1])
        }
        #expect(follower.node.finalized.epoch > checkpoint)
        let history = BeaconHistory(follower.node)
        for block in blocks.prefix(Int(checkpoint)) { #expect(await history.importBlock(block, from: .checkpoint) == .imported) }
        try await history.settleHistory()
        #expect(!follower.node.syncStatus().isOptimistic)
        #expect(await follower.engine.lastForkchoice?.headBlockHash == all.last?.message.body.executionPayload.blockHash)
    }
}
