import EngineTypes
import ExecutionNode
import KeyValueStore
import Primitives
import ServiceInterfaces
import StateTrie
import TestSupport
import Testing

@Suite("State that is let go") struct PruningTests {
    /// Advances `node` by `count` blocks, each of them final at once, and returns the hashes.
    private func run(_ node: TestNode, slots: ClosedRange<UInt64>) async throws -> [Hash32] {
        var hashes: [Hash32] = []
        for slot in slots {
            let hash = try await node.advance(slot: slot, amount: slot).blockHash
            _ = try await node.follow(hash, finalized: hash)
            hashes.append(hash)
        }
        return hashes
    }

    private func nodeCount(_ node: TestNode) throws -> Int {
        try node.file.read { txn in try txn.count(in: "execution/nodes") }
    }

    @Test("states of old blocks go, their blocks stay") func statesOfOldBlocksGoAndTheirBlocksStay() async throws {
        let directory = TemporaryFolder()
        let node = try TestNode(directory, stateHistory: .recent(4))
        let hashes = try await run(node, slots: 1...12)
        #expect(try await node.node.account(TestNode.alice, at: .hash(hashes[11])) != nil)
        #expect(try await node.node.account(TestNode.alice, at: .hash(hashes[7])) != nil)
        #expect(try await node.node.account(TestNode.alice, at: .hash(hashes[6])) == nil)
        #expect(try await node.node.account(TestNode.alice, at: .earliest) != nil)
        #expect(try await node.node.block(.hash(hashes[0])) != nil)
    }

    /// What is held after pruning is exactly what the states that stay need: no node more, none less.
    @Test("what is held is exactly what the states that stay need") func nothingIsLeftOverAndNothingMissing() async throws {
        let directory = TemporaryFolder()
        let pruned = try TestNode(directory, stateHistory: .recent(2))
        let hashes = try await run(pruned, slots: 1...20)
        let store = StoredNodes(file: pruned.file)
        var reached: Set<Hash32> = []
        for id in [ExecutionBlockID.earliest] + hashes.suffix(3).map({ .hash($0) }) {
            let block = try #require(try await pruned.node.block(id))
            var open = [block.payload.stateRoot]
            while let hash = open.popLast() {
                guard reached.insert(hash).inserted else { continue }
                open += try StateNodes.children(ofNode: #require(try store.node(hash)), hash: hash)
            }
        }
        #expect(try nodeCount(pruned) == reached.count)
    }

    @Test("an archive keeps all") func anArchiveKeepsAll() async throws {
        let directory = TemporaryFolder()
        let node = try TestNode(directory, stateHistory: .all)
        let hashes = try await run(node, slots: 1...12)
        for hash in hashes { #expect(try await node.node.account(TestNode.alice, at: .hash(hash)) != nil) }
    }

    /// Nodes that an earlier version wrote have no count: they are read as before and never removed.
    @Test("nodes without a count are read and stay") func nodesWithoutACountStay() async throws {
        let directory = TemporaryFolder()
        let path = directory.path
        var hashes: [Hash32] = []
        do {
            let node = try TestNode(path: path, stateHistory: .all)
            hashes = try await run(node, slots: 1...3)
            try node.file.write { txn in
                try txn.removeAll(in: "execution/node-references")
                try txn.removeAll(in: "execution/live-states")
            }
        }
        let node = try TestNode(path: path, stateHistory: .recent(1))
        hashes += try await run(node, slots: 4...12)
        #expect(try await node.node.account(TestNode.alice, at: .hash(hashes[2])) != nil)
        #expect(try await node.node.account(TestNode.alice, at: .hash(hashes[5])) == nil)
        #expect(try await node.node.account(TestNode.alice, at: .hash(hashes[11])) != nil)
    }

    private struct StoredNodes {
        let file: KeyValueStore
        func node(_ hash: Hash32) throws -> [UInt8]? { try file.read { txn in try txn.value(for: hash, in: "execution/nodes") } }
    }
}
