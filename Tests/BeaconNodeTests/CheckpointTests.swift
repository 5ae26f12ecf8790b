import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestSupport
import Testing

@testable import BeaconNode

/// Starting from a finalised block of another node.
@Suite struct CheckpointTests {
    /// A chain of twelve slots, and its finalised block and state.
    private func source() async throws -> (TestChain, SignedBeaconBlock, BeaconState, CachedBeaconState) {
        let chain = try TestChain()
        for slot in 1...12 as ClosedRange<Slot> { try await chain.advance(slot) }
        let block = try #require(try await chain.node.block(.finalized)).block
        let state = try #require(try await chain.node.state(.finalized)).state
        return (chain, block, state, try TestChain.genesis(keys: chain.keys, spec: .pol))
    }

    @Test func startsAndFollows() async throws {
        let (chain, block, state, genesis) = try await source()
        let anchor = try CheckpointAnchor(block: block, state: state, genesis: genesis, trusted: nil, currentEpoch: 12)
        let follower = try TestChain(resuming: chain, in: TemporaryFolder(), anchor: anchor)
        #expect(await follower.node.head.root == anchor.root)
        #expect(await follower.node.finalized.root == anchor.root)
        for slot in block.message.slot + 1...12 {
            let next = try #require(try await chain.node.block(.slot(slot))).block
            try await follower.node.importBlock(next)
        }
        #expect(await follower.node.head.root == chain.node.head.root)
        for slot in 13...18 as ClosedRange<Slot> { try await follower.advance(slot) }
        #expect(await follower.node.finalized.epoch > 12)
        // A later start goes on from the store, with or without the checkpoint.
        let copy = try TemporaryFolder(copyOf: follower.directory.path)
        let resumed = try TestChain(resuming: chain, in: copy)
        #expect(await resumed.node.head.root == follower.node.head.root)
    }

    @Test func refusesWhatDoesNotFit() async throws {
        let (chain, block, state, genesis) = try await source()
        func refused(
            _ block: SignedBeaconBlock, _ state: BeaconState, genesis: CachedBeaconState, trusted: Checkpoint? = nil, epoch: Epoch = 12
        ) -> Bool {
            (try? CheckpointAnchor(block: block, state: state, genesis: genesis, trusted: trusted, currentEpoch: epoch)) == nil
        }
        let root = block.message.hashTreeRoot(.pol)
        let epoch = block.message.slot
        #expect(!refused(block, state, genesis: genesis))
        #expect(!refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: epoch, root: root)))
        #expect(refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: epoch, root: .zero)))
        #expect(refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: epoch - 1, root: root)))
        // The first slot of the checkpoint's epoch may be empty.
        #expect(!refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: epoch + 1, root: root)))
        // But the epoch has begun: what the operator trusts is no number at random.
        #expect(!refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: 12, root: root)))
        #expect(refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: 13, root: root)))
        #expect(refused(block, state, genesis: genesis, trusted: Checkpoint(epoch: .max, root: root)))
        var unsigned = block
        unsigned.signature = try #require(try await chain.node.block(.slot(1))).block.signature
        #expect(refused(unsigned, state, genesis: genesis))
        let other = try #require(try await chain.node.block(.head)).block
        #expect(refused(other, state, genesis: genesis))
        var altered = state
        altered.balances[0] += 1
        #expect(refused(block, altered, genesis: genesis))
        altered = state
        altered.balances = [1]
        #expect(refused(block, altered, genesis: genesis))
        let five = try (0..<5).map { try TestChain.key($0) }
        #expect(refused(block, state, genesis: try TestChain.genesis(keys: five, spec: .pol)))
    }

    /// 8,192 epochs and what the churn of 4 POL an epoch adds: 10 · 128 POL / (2 · 4 POL · 100) = 1.
    @Test func weakSubjectivity() async throws {
        let (_, block, state, genesis) = try await source()
        let cached = CachedBeaconState(state, spec: .pol)
        #expect(try cached.computeWeakSubjectivityPeriod() == 8192 + 1)
        let last = block.message.slot + 8193
        _ = try CheckpointAnchor(block: block, state: state, genesis: genesis, trusted: nil, currentEpoch: last)
        #expect(throws: BeaconNodeError.self) {
            try CheckpointAnchor(block: block, state: state, genesis: genesis, trusted: nil, currentEpoch: last + 1)
        }
    }
}
