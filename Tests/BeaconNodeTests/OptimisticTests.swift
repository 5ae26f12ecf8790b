import BeaconTypes
import EngineTypes
import ForkChoice
import Primitives
import SSZ
import ServiceInterfaces
import TestSupport
import Testing

@testable import BeaconNode

/// `sync/optimistic.md`: payloads that the execution layer cannot check yet.
@Suite struct OptimisticTests {
    /// A chain of three blocks of which the execution layer knows the first only.
    private func optimisticChain() async throws -> (chain: TestChain, blocks: [SignedBeaconBlock]) {
        let source = try TestChain()
        var blocks: [SignedBeaconBlock] = []
        for slot in Slot(1)...3 { blocks.append(try await source.advance(slot)) }
        let chain = try TestChain()
        try await chain.goTo(3)
        try await chain.node.importBlock(blocks[0])
        await chain.engine.setVerdict(.syncing)
        for block in blocks.dropFirst() { try await chain.node.importBlock(block) }
        return (chain, blocks)
    }

    @Test func anUncheckedPayloadIsTakenInOptimistically() async throws {
        let (chain, blocks) = try await optimisticChain()
        #expect(chain.node.head.slot == 3)
        #expect(chain.node.syncStatus().isOptimistic)
        let roots = blocks.map { $0.message.hashTreeRoot(chain.spec) }
        #expect(roots.map { chain.node.view.isOptimistic($0) } == [false, true, true])
        #expect(try chain.node.block(.head)?.isOptimistic == true && chain.node.block(.slot(1))?.isOptimistic == false)
        #expect(try chain.node.state(.head)?.isOptimistic == true)
        // Nobody votes for such a head or builds on it.
        #expect(throws: BeaconNodeError.self) { try chain.node.attestationData(slot: 3, committeeIndex: 0) }
        #expect(throws: BeaconNodeError.self) { try chain.node.headRoot() }
        #expect(throws: BeaconNodeError.self) { try chain.node.ackCommittee(slot: 3) }
        await #expect(throws: BeaconNodeError.self) { try await chain.node.prepareProposal(slot: 4, feeRecipient: .zero) }
        // What is known of payloads outlives a restart.
        let reopened = try TestChain(resuming: chain, in: try TemporaryFolder(copyOf: chain.directory.path))
        #expect(reopened.node.syncStatus().isOptimistic)
    }

    @Test func theExecutionLayerCatchesUp() async throws {
        let (chain, blocks) = try await optimisticChain()
        await chain.engine.setVerdict(nil)
        try await chain.goTo(4)
        #expect(!chain.node.syncStatus().isOptimistic)
        #expect(blocks.allSatisfy { !chain.node.view.isOptimistic($0.message.hashTreeRoot(chain.spec)) })
        try await chain.advance(5)
        #expect(chain.node.head.slot == 5)
    }

    @Test func anInvalidPayloadTakesItsDescendantsWithIt() async throws {
        let (chain, blocks) = try await optimisticChain()
        let valid = blocks[0].message.body.executionPayload.blockHash
        await chain.engine.setVerdict(.invalid("no", latestValidHash: valid))
        try await chain.goTo(4)
        #expect(chain.node.head.root == blocks[0].message.hashTreeRoot(chain.spec))
        #expect(chain.node.forkChoice.nodes.count == 2)
        #expect(!chain.node.syncStatus().isOptimistic)
        #expect(try chain.node.block(.slot(3)) == nil)
    }

    @Test func anUnknownLatestValidHashTakesTheBlockAlone() async throws {
        let (chain, blocks) = try await optimisticChain()
        var forkChoice = chain.node.forkChoice
        let last = blocks[2].message.hashTreeRoot(chain.spec)
        #expect(forkChoice.onInvalidPayload(last, isTaken: true, latestValidHash: nil) == [last])
        let second = blocks[1].message.hashTreeRoot(chain.spec)
        #expect(forkChoice.onInvalidPayload(second, isTaken: false, latestValidHash: .zero) == [])
        #expect(try forkChoice.getHead() == second)
        forkChoice.onValidPayload(second)
        #expect(!forkChoice.isOptimistic(second))
        #expect(forkChoice.onInvalidPayload(second, isTaken: true, latestValidHash: nil) == [])
    }

    @Test func anExecutionLayerThatIsSilentIsOffline() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        try await chain.goTo(2)
        let block = try await chain.propose(2)
        await chain.engine.setReachable(false)
        await #expect(throws: BeaconNodeError.self) { try await chain.node.importBlock(block) }
        #expect(chain.node.syncStatus().isExecutionOffline)
        await chain.engine.setReachable(true)
        try await chain.node.importBlock(block)
        #expect(!chain.node.syncStatus().isExecutionOffline)
    }

    @Test func syncingIsWhatWhoeverFetchesBlocksSays() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        #expect(!chain.node.syncStatus().isSyncing)
        try await chain.goTo(2)
        let block = try await chain.propose(2)
        chain.node.setSyncTarget(2)
        #expect(chain.node.syncStatus().isSyncing)
        try await chain.node.importBlock(block)
        #expect(!chain.node.syncStatus().isSyncing)
    }
}
