import ChainStore
import EngineTypes
import ExecutionChain
import KeyValueStore
import Primitives
import ProofOfWork
import ServiceInterfaces
import StateTrie
import TestSupport
import Testing

@testable import ExecutionNode

@Suite("Payloads that a node refuses")
struct RefusalTests {
    @Test("a changed payload is invalid, with its parent as the latest valid block and a reason")
    func invalid() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, difficulty: 1 << 12)
        let payload = try await test.build(on: test.genesisHash, slot: 1)
        let changes: [(String, (inout ExecutionPayload) -> Void)] = [
            ("nonce", { $0.powNonce[0] ^= 0x5a }),
            ("difficulty", { $0.difficulty = 64 }),
            ("state", { $0.withdrawals[0].amount = 2 }),
            ("nonce", { $0.stateRoot = .zero }),
            ("transactions", { $0.transactions = [[0x02, 1]] }),
            ("extraData", { $0.extraData = [1] }),
            ("timestamp", { $0.timestamp = 1 }),
            ("number", { $0.blockNumber = 9 }),
        ]
        for (word, change) in changes {
            let changed = try TestNode.rehashed(payload, change)
            let status = try await test.submit(changed)
            #expect(status.status == .invalid)
            // A change that breaks the seal may be refused for the seal.
            let reason = status.validationError ?? ""
            #expect(reason.contains(word) || reason.contains("nonce"), "\(reason)")
            #expect(status.latestValidHash == test.genesisHash)
            // The verdict is remembered, and descendants share it.
            #expect(try await test.submit(changed).status == .invalid)
            let child = try TestNode.rehashed(payload) { $0.parentHash = changed.blockHash }
            #expect(try await test.submit(child).latestValidHash == test.genesisHash)
            #expect(try await test.follow(changed.blockHash).payloadStatus.status == .invalid)
        }
        #expect(try await test.submit(payload) == .valid(payload.blockHash))
        #expect(try await test.submit(payload) == .valid(payload.blockHash))
    }

    @Test("rules behind the seal are reached by sealed payloads: wrong state, transactions, gas")
    func sealedButInvalid() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let payload = try await test.build(on: test.genesisHash, slot: 1)
        let changes: [(String, (inout ExecutionPayload) -> Void)] = [
            ("stateRoot", { $0.stateRoot = .zero }), ("transaction 0", { $0.transactions = [[0x02, 1]] }),
            ("receiptsRoot", { $0.receiptsRoot = .zero }), ("gasUsed", { $0.gasUsed = 1 }), ("logsBloom", { $0.logsBloom[9] = 1 }),
        ]
        for (word, change) in changes {
            var sealed = payload
            // Try nonces until the changed header is sealed too.
            for nonce in UInt64(0)..<10_000 {
                sealed = try TestNode.rehashed(payload) {
                    change(&$0)
                    $0.powNonce = Bytes8(bigEndian: nonce)
                }
                let header = try Block(sealed, parentBeaconBlockRoot: TestNode.beaconRoot, executionRequests: []).header
                let task = SealTask(sealHash: header.sealHash, number: 1, difficulty: header.difficulty)
                if KeccakSeals().isSealed(task, nonce: nonce) { break }
            }
            let status = try await test.submit(sealed)
            #expect(status.status == .invalid)
            #expect(status.validationError?.contains(word) == true, "\(status.validationError ?? "")")
        }
    }

    @Test("a wrong block hash, beacon root or request list is invalid without a latest valid hash")
    func hashMismatch() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let payload = try await test.build(on: test.genesisHash, slot: 1)
        var wrong = payload
        wrong.gasUsed = 5
        for status in [
            try await test.submit(wrong), try await test.submit(payload, beaconRoot: .zero),
            try await test.node.newPayload(payload, parentBeaconBlockRoot: TestNode.beaconRoot, executionRequests: [[0, 1]]),
        ] {
            #expect(status.status == .invalid)
            #expect(status.latestValidHash == nil)
            #expect(status.validationError?.contains("wrong blockHash") == true)
        }
        #expect(try await test.submit(payload) == .valid(payload.blockHash))
    }

    @Test("unknown parents and heads are answered with SYNCING")
    func syncing() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let payload = try await test.build(on: test.genesisHash, slot: 1)
        let orphan = try TestNode.rehashed(payload) { $0.parentHash = Keccak256.hash([1]) }
        #expect(try await test.submit(orphan) == .syncing)
        #expect(try await test.follow(Keccak256.hash([1])).payloadStatus == .syncing)
        #expect(try await test.follow(Keccak256.hash([1]), attributes: TestNode.attributes(slot: 1)).payloadID == nil)
    }

    @Test("fork choices and attributes that cannot be are errors with the Engine API's codes")
    func badRequests() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let first = try await test.advance(slot: 1)
        let other = try await test.build(on: test.genesisHash, slot: 2)
        _ = try await test.submit(other)
        let bad = await #expect(throws: ExecutionNodeError.self) { try await test.follow(first.blockHash, finalized: other.blockHash) }
        #expect(bad?.engineErrorCode == .invalidForkchoiceState)
        let unknown = await #expect(throws: ExecutionNodeError.self) { try await test.follow(first.blockHash, safe: Keccak256.hash([3])) }
        #expect(unknown?.engineErrorCode == .invalidForkchoiceState)
        let late = await #expect(throws: ExecutionNodeError.self) {
            try await test.follow(first.blockHash, attributes: TestNode.attributes(slot: 1))
        }
        #expect(late?.engineErrorCode == .invalidPayloadAttributes)
        let id = await #expect(throws: ExecutionNodeError.self) { try await test.node.getPayload(Bytes8()) }
        #expect(id?.engineErrorCode == .unknownPayload)
    }

    @Test("a database without the parent's state is a failure of the node, not of the block")
    func missingState() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let payload = try await test.build(on: test.genesisHash, slot: 1)
        try test.file.write { txn in _ = try txn.removeAll(in: "execution/nodes") }
        await #expect(throws: BlockError.state(.missingNode(test.node.genesisBlock.header.stateRoot))) { try await test.submit(payload) }
        #expect(try await test.node.account(TestNode.alice, at: .latest) == nil)
    }

    @Test("a seal engine that breaks is a failure of the node, not of the block")
    func brokenSeals() async throws {
        let directory = TemporaryFolder()
        let good = try TestNode(directory)
        let payload = try await good.build(on: good.genesisHash, slot: 1)
        let otherDirectory = TemporaryFolder()
        let broken = try TestNode(otherDirectory, seals: BrokenSeals())
        await #expect(throws: BrokenSeals.Broken.self) { try await broken.submit(payload) }
        await #expect(throws: BrokenSeals.Broken.self) { try await broken.build(on: broken.genesisHash, slot: 1) }
    }
}
