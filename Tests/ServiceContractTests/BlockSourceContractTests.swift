import BeaconAPI
import BeaconNode
import BeaconTypes
import ChainSync
import Primitives
import RemoteBeaconNode
import SSZ
import ServiceInterfaces
import TestChains
import Testing

/// ``BlockSource``: what synchronisation asks of others.
@Suite("Contract: a source of blocks", .timeLimit(.minutes(1)))
struct BlockSourceContractTests {
    private func with(
        _ side: Side, _ body: @escaping @Sendable (OperationChain, any BlockSource) async throws -> Void
    ) async throws {
        try await OperationChain.with { chain async throws in
            // Slot 3 stays empty.
            try await chain.extend(to: 1)
            for slot in [2, 4, 5, 6, 7, 8] as [Slot] { try await chain.advance(to: slot) }
            guard side == .overREST else { return try await body(chain, ChainBlockSource(name: "node", chain: chain.node)) }
            try await BeaconDoor(chain: chain.node, services: chain.node).served { url in
                try await body(chain, try RESTBlockSource(url: url, spec: chain.spec, logger: quiet))
            }
        }
    }

    @Test("The head and finality are as the node has them", arguments: Side.allCases)
    func status(_ side: Side) async throws {
        try await with(side) { chain, source in
            let status = try await source.status()
            #expect(status == chain.node.sourceStatus() && status.finalized.epoch > 0)
        }
    }

    @Test("Blocks come by slot, without the empty ones, and by root, without the unknown", arguments: Side.allCases)
    func blocks(_ side: Side) async throws {
        try await with(side) { chain, source in
            let blocks = try await source.blocks(in: 1..<99)
            #expect(blocks.map(\.message.slot) == [1, 2, 4, 5, 6, 7, 8])
            #expect(try await source.blocks(in: 3..<4).isEmpty)
            let root = blocks[2].message.hashTreeRoot(chain.spec)
            #expect(try await source.blocks(roots: [.filled(7), root]) == [blocks[2]])
            #expect(try await source.blocks(roots: []).isEmpty)
            #expect(try await source.blocks(in: 1..<(1 << 40)).count <= BlockRequestLimit.maximumBlocks)
        }
    }

    @Test("The finalised state is the one that the checkpoint names", arguments: Side.allCases)
    func finalized(_ side: Side) async throws {
        try await with(side) { chain, source in
            let final = try #require(try chain.node.state(.finalized))
            let pair = try await CheckpointPair(from: source, spec: chain.spec)
            #expect(pair.state.slot > 0 && final.root == pair.state.hashTreeRoot(chain.spec))
            #expect(pair.block.message.stateRoot == final.root)
            // Older ones are given by their block, and an unknown block has none.
            let older = try #require(try chain.node.block(.slot(2)))
            #expect(try await CheckpointPair(older.root, from: source, spec: chain.spec).block == older.block)
            await #expect(throws: ChainSyncError.self) { try await CheckpointPair(.filled(7), from: source, spec: chain.spec) }
        }
    }
}
