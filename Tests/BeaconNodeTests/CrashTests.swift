import BeaconTypes
import ChainStore
import ForkChoice
import StateTransition
import KeyValueStore
import Primitives
import SSZ
import TestSupport
import Testing

@testable import BeaconNode

/// The process may die at any moment: what is on disk is one state of the chain, never half of one.
@Suite struct CrashTests {
    /// A killed node's folder, taken between two slots and after each step of one, resumes with the same head and goes on.
    @Test func resumesFromAnyMoment() async throws {
        let chain = try TestChain()
        for slot in 1...6 as ClosedRange<Slot> { try await chain.advance(slot) }
        var moments: [(TemporaryFolder, Root)] = []
        func remember() async throws {
            moments.append((try TemporaryFolder(copyOf: chain.directory.path), await chain.node.head.root))
        }
        try await chain.goTo(7)
        try await remember()
        let block = try await chain.propose(7)
        try await remember()
        try await chain.node.publishBlock(block)
        try await remember()
        try await chain.attest(7)
        try await remember()
        try await chain.advance(8)
        try await remember()
        for (folder, head) in moments {
            let resumed = try TestChain(resuming: chain, in: folder)
            #expect(await resumed.node.head.root == head)
            let slot = await resumed.node.head.slot
            #expect(await resumed.node.finalized.epoch + 4 >= slot)
            try await resumed.advance(9)
            try await resumed.goTo(10)
            #expect(await resumed.node.head.slot == 9)
        }
    }

    /// A write that fails leaves the node where it was; with the store back, the same block is imported.
    @Test func aFailedWriteLeavesNoTrace() async throws {
        let chain = try TestChain()
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(5)
        let block = try await chain.propose(5)
        let head = await chain.node.head.root
        let copy = try TemporaryFolder(copyOf: chain.directory.path)
        chain.file.close()
        await #expect(throws: (any Error).self) { try await chain.node.importBlock(block) }
        #expect(await chain.node.head.root == head)
        #expect(!(await chain.node.forkChoice.contains(block.message.hashTreeRoot(.pol))))
        let resumed = try TestChain(resuming: chain, in: copy)
        try await resumed.node.importBlock(block)
        #expect(await resumed.node.head.slot == 5)
    }

    /// A fork choice that cannot be read is built again from the finalised block and what follows it.
    @Test func rebuildsTheForkChoice() async throws {
        let chain = try TestChain()
        for slot in 1...12 as ClosedRange<Slot> { try await chain.advance(slot) }
        let (head, finalized) = (await chain.node.head.root, await chain.node.finalized)
        let copy = try TemporaryFolder(copyOf: chain.directory.path)
        do {
            let file = try KeyValueStore(directory: copy.path, tables: BeaconStore.tables)
            try BeaconStore(file).write { batch in batch.set(.forkChoice, [1, 2, 3]) }
            file.close()
        }
        let resumed = try TestChain(resuming: chain, in: copy)
        #expect(await resumed.node.head.root == head)
        #expect(await resumed.node.finalized.epoch >= finalized.epoch)
        for slot in 13...18 as ClosedRange<Slot> { try await resumed.advance(slot) }
        #expect(await resumed.node.finalized.epoch > finalized.epoch)
    }

    @Test func refusesAnotherChain() async throws {
        let chain = try TestChain(validators: 4)
        try await chain.advance(1)
        let copy = try TemporaryFolder(copyOf: chain.directory.path)
        #expect(throws: BeaconNodeError.self) { try TestChain(validators: 5, in: copy) }
    }
}
