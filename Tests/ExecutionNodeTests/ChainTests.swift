import EngineTypes
import ExecutionChain
import Foundation
import KeyValueStore
import Primitives
import ServiceInterfaces
import TestSupport
import Testing

@testable import ExecutionNode

@Suite("Execution chain of a node")
struct ChainTests {
    @Test("builds, seals, imports and follows blocks; readers see them; a restart resumes")
    func grows() async throws {
        let directory = TemporaryFolder()
        let update = Keccak256.hash([9])
        var hashes: [Hash32] = []
        do {
            let test = try TestNode(directory)
            hashes.append(test.genesisHash)
            for slot in UInt64(1)...5 { hashes.append(try await test.advance(slot: slot, update: slot == 3 ? update : .zero).blockHash) }
            _ = try await test.follow(hashes[5], safe: hashes[4], finalized: hashes[2])
            await test.node.stop()
            test.file.close()
        }
        let node = try TestNode(directory).node
        let head = try #require(await node.block(.latest))
        #expect(head.payload.blockNumber == 5)
        #expect(head.payload.blockHash == hashes[5])
        #expect(head.payload.difficulty == 69)
        #expect(head.parentBeaconBlockRoot == TestNode.beaconRoot)
        #expect(head.size > 500)
        for (number, hash) in hashes.enumerated() {
            let block = try #require(await node.block(.number(UInt64(number))))
            #expect(block.payload.blockHash == hash)
            #expect(try await node.block(.hash(hash)) == block)
            #expect(try await node.isCanonical(hash))
            #expect(try await node.account(TestNode.alice, at: .hash(hash))?.balance == UInt256(1 + 1_000_000_000 * UInt64(number)))
        }
        let third = try #require(await node.block(.number(3))).payload
        #expect(third.extraData == hashes[2].bytes + update.bytes)
        #expect(third.withdrawals.map(\.index) == [3])
        #expect(try await node.block(.safe)?.payload.blockHash == hashes[4])
        #expect(try await node.block(.finalized)?.payload.blockHash == hashes[2])
        #expect(try await node.block(.earliest)?.payload.blockHash == hashes[0])
        #expect(try await node.block(.number(6)) == nil)
        #expect(try await node.block(.hash(.zero)) == nil)
        #expect(try await node.isCanonical(.zero) == false)
        #expect(try await node.account(.zero, at: .latest) == ExecutionAccount())
        #expect(try await node.account(.zero, at: .number(9)) == nil)
        #expect(node.chainID == 13337)
        #expect(await node.syncProgress() == nil)
    }

    @Test("before the first justified block safe is unknown and finalised is genesis")
    func fresh() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        #expect(try await test.node.block(.safe) == nil)
        #expect(try await test.node.block(.finalized)?.payload.blockHash == test.genesisHash)
        #expect(try await test.node.block(.latest)?.payload.blockNumber == 0)
    }

    @Test("missed slots make the next seal easier")
    func missedSlots() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, difficulty: 1024)
        #expect(try await test.advance(slot: 1).difficulty == 1026)
        #expect(try await test.advance(slot: 4).difficulty == 902)
    }

    @Test("a reorganisation moves the canonical chain there and back")
    func reorganisation() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let first = try await test.advance(slot: 1)
        let left = try await test.advance(slot: 2)
        let leftTip = try await test.advance(slot: 3)
        // The other branch is shorter, as fork choice by votes allows.
        let right = try await test.build(on: first.blockHash, slot: 4, amount: 50)
        #expect(try await test.node.block(.latest)?.payload.blockHash == first.blockHash)
        #expect(try await test.submit(right) == .valid(right.blockHash))
        _ = try await test.follow(right.blockHash)
        #expect(try await test.node.block(.number(2))?.payload.blockHash == right.blockHash)
        #expect(try await test.node.block(.number(3)) == nil)
        #expect(try await test.node.isCanonical(left.blockHash) == false)
        #expect(try await test.node.block(.hash(left.blockHash)) != nil)
        #expect(try await test.node.account(TestNode.alice, at: .latest)?.balance == 51_000_000_001)
        _ = try await test.follow(leftTip.blockHash, finalized: left.blockHash)
        #expect(try await test.node.block(.number(2))?.payload.blockHash == left.blockHash)
        #expect(try await test.node.block(.number(3))?.payload.blockHash == leftTip.blockHash)
        #expect(try await test.node.account(TestNode.alice, at: .latest)?.balance == 3_000_000_001)
    }

    @Test("another genesis is refused with both hashes")
    func wrongGenesis() throws {
        let directory = TemporaryFolder()
        let stored = try TestNode(directory)
        let hash = stored.genesisHash
        stored.file.close()
        let error = #expect(throws: ExecutionNodeError.self) { _ = try TestNode(directory, difficulty: 65) }
        if case .wrongGenesis(hash, _) = error {} else { Issue.record("\(String(describing: error))") }
        #expect(error?.description.contains("another data directory") == true)
    }

    @Test("a process killed while it imports keeps a whole chain")
    func killed() async throws {
        let directory = TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String] in
            let test = try TestNode(path: path)
            for slot in UInt64(1)...4 { try await test.advance(slot: slot) }
            let head = try #require(await test.node.block(.latest)).payload.blockHash
            // The fifth block is stored and not yet the head.
            _ = try await test.submit(test.build(on: head, slot: 5))
            kill(getpid(), SIGKILL)
        }
        let test = try TestNode(directory)
        #expect(try await test.node.block(.latest)?.payload.blockNumber == 4)
        #expect(try await test.node.account(TestNode.alice, at: .latest)?.balance == 4_000_000_001)
        try await test.advance(slot: 6)
        #expect(try await test.node.block(.latest)?.payload.blockNumber == 5)
    }

    @Test("metrics tell head, finality and seals")
    func metrics() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let first = try await test.advance(slot: 1)
        let second = try await test.advance(slot: 2)
        _ = try await test.follow(second.blockHash, finalized: first.blockHash)
        let samples = Dictionary(uniqueKeysWithValues: await test.node.metrics().map { ($0.name, $0.value) })
        #expect(samples["chain_head_block"] == 2)
        #expect(samples["chain_head_finalized"] == 1)
        #expect(samples["polai_execution_imported_blocks_total"] == 2)
        #expect(samples["polai_seal_found_total"] == 2)
        #expect((samples["polai_seal_attempts_total"] ?? 0) >= 2)
        #expect(samples["polai_execution_difficulty"] == 66)
    }
}
