import BeaconTypes
import ForkChoice
import Primitives
import ServiceInterfaces
import StateTransition
import TestChains
import TestSupport
import Testing

@testable import BeaconNode
@testable import SSZ

/// What readers see, and that they see it without waiting for an import.
@Suite struct ChainViewTests {
    /// The engine holds an import in the middle: readers go on with the view from before it.
    @Test func readersDoNotWaitForAnImport() async throws {
        let chain = try TestChain()
        let first = try await chain.advance(1)
        try await chain.goTo(2)
        let block = try await chain.propose(2)
        await chain.engine.hold(.newPayload)
        async let importing: Void = chain.node.importBlock(block)
        await chain.engine.heldCalls.reaches(1)
        let view = chain.node.view
        #expect(view.head.root == first.message.hashTreeRoot(chain.spec))
        #expect(try chain.node.block(.head)?.block.message.slot == 1)
        #expect(try chain.node.state(.slot(2))?.state.slot == 2)
        await chain.engine.release()
        try await importing
        #expect(chain.node.view.head.slot == 2)
        // A view is of its moment.
        #expect(view.head.slot == 1 && !view.forkChoice.contains(block.message.hashTreeRoot(chain.spec)))
        #expect(try view.block(.slot(2)) == nil)
    }

    /// Publishing copies no registry: views share what did not change between them, down to the memory.
    @Test func publishedViewsShareTheRegistry() async throws {
        let chain = try TestChain(validators: 200)
        func publish(_ slot: Slot) async throws -> ChainView {
            try await chain.goTo(slot)
            try await chain.node.publishBlock(try await chain.propose(slot))
            return chain.node.view
        }
        func memory(_ view: ChainView) -> [UInt] {
            view.head.state.state.validators.storage.pages.map { $0.elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } }
        }
        let first = try await publish(1)
        let second = try await publish(2)
        #expect(first.head.root != second.head.root)
        #expect(memory(first).count > 1 && memory(first) == memory(second))
        // A view is a few words, and the one that is read is the one that was published.
        #expect(MemoryLayout<ChainView>.size <= 3 * MemoryLayout<UInt>.size)
        #expect(memory(chain.node.view) == memory(second))
    }

    /// A state is named by its root as well as by its slot, also of a slot without a block, also when it is not stored.
    @Test func statesAreNamedByTheirRoots() async throws {
        let chain = try TestChain()
        for slot in Slot(1)...6 { try await chain.advance(slot) }
        try await chain.advance(9)
        for slot in Slot(10)...14 { try await chain.advance(slot) }
        try await chain.goTo(16)
        #expect(chain.node.finalized.epoch > 3)
        var roots: [Slot: Root] = [:]
        let head = try #require(try chain.node.state(.head))
        for slot in Slot(0)..<14 { roots[slot] = head.state.stateRoots[Int(slot % UInt64(head.state.stateRoots.count))] }
        let reopened = try TestChain(resuming: chain, in: try TemporaryFolder(copyOf: chain.directory.path))
        for (slot, root) in roots.sorted(by: { $0.key < $1.key }) {
            let byRoot = try #require(try reopened.node.state(.root(root)), "slot \(slot)")
            #expect(byRoot.root == root && byRoot.state.slot == slot)
        }
        let ahead = try #require(try chain.node.state(.slot(16)))
        #expect(try reopened.node.state(.root(ahead.root))?.state.slot == 16)
        #expect(try reopened.node.state(.root(.filled(9))) == nil)
    }

    /// Two blocks of one slot on an old parent: the state is advanced once. A block that nobody signed: not at all.
    @Test func anOldParentIsAdvancedOnceAndForSignedBlocksOnly() async throws {
        let chain = try TestChain()
        try await chain.advance(1)
        let parent = chain.node.head.root
        try await chain.goTo(8)
        let block = try await chain.propose(8)
        var other = block.message
        other.body.graffiti = Bytes32.filled(5)
        let archive = chain.node.view.archive
        other.stateRoot = try archive.state(after: parent, at: 8).computeNewStateRoot(other)
        let twin = try await chain.sign(other)
        let fresh = try TestChain(resuming: chain, in: try TemporaryFolder(copyOf: chain.directory.path))
        let advanced = fresh.node.view.archive.advanced
        #expect(advanced.processedSlots == 0)

        var unsigned = block
        unsigned.signature = twin.signature
        await #expect(throws: BeaconNodeError.self) { try await fresh.node.importBlock(unsigned) }
        #expect(advanced.processedSlots == 0)

        try await fresh.node.importBlock(block)
        #expect(advanced.processedSlots == 7)
        try await fresh.node.importBlock(twin)
        #expect(advanced.processedSlots == 7)
        #expect(fresh.node.forkChoice.nodes.count { $0.slot == 8 } == 2)
    }
}
