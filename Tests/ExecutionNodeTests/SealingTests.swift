import EngineTypes
import ExecutionChain
import Primitives
import ProofOfWork
import ServiceInterfaces
import TestSupport
import Testing

@testable import ExecutionNode

@Suite("Sealing")
struct SealingTests {
    @Test("the same wishes give the same payload, other wishes another one")
    func identity() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory)
        let one = try await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1)).payloadID
        let same = try await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1)).payloadID
        let other = try await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1, update: Keccak256.hash([1]))).payloadID
        #expect(one == same)
        #expect(one != other)
        let response = try await test.node.getPayload(#require(other))
        #expect(response.payload.extraData.suffix(32) == Keccak256.hash([1]).bytes[...])
        #expect(response.blockValue == 0)
        #expect(response.executionRequests.isEmpty)
        // Asking again gives the same and is not counted as another seal.
        #expect(try await test.node.getPayload(#require(other)) == response)
        #expect(await test.node.metrics().first { $0.name == "polai_seal_found_total" }?.value == 1)
    }

    @Test("newer attributes, a newer head and stopping give up the search and wake its waiter")
    func abandoned() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, seals: HopelessSeals())
        let first = try #require(await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1)).payloadID)
        #expect(await test.node.sealing().isActive)
        let waiting = Task { try await test.node.getPayload(first) }
        let second = try #require(await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 2)).payloadID)
        await #expect(throws: ExecutionNodeError.payloadAbandoned(first)) { _ = try await waiting.value }
        await #expect(throws: ExecutionNodeError.payloadAbandoned(first)) { _ = try await test.node.getPayload(first) }
        // The same head without attributes lets the search go on.
        _ = try await test.follow(test.genesisHash)
        #expect(await test.node.sealing().isActive)
        let stopped = Task { try await test.node.getPayload(second) }
        await test.node.stop()
        await #expect(throws: ExecutionNodeError.stopped) { _ = try await stopped.value }
        #expect(await test.node.sealing().isActive == false)
        await #expect(throws: ExecutionNodeError.stopped) { _ = try await test.follow(test.genesisHash) }
        await #expect(throws: ExecutionNodeError.stopped) { _ = try await test.node.getPayload(second) }
    }

    @Test("a newer head gives up the search on the old one")
    func newHead() async throws {
        let directory = TemporaryFolder()
        let maker = try TestNode(TemporaryFolder())
        let payload = try await maker.build(on: maker.genesisHash, slot: 1)
        let test = try TestNode(directory)
        // Difficulty 2^255: not found in a test's lifetime.
        let search = SealWork(
            SealTask(sealHash: .zero, number: 1, difficulty: UInt256(high: 1 << 127, low: 0)), engine: KeccakSeals(), threads: 2)
        #expect(search.isRunning)
        search.cancel(ExecutionNodeError.stopped)
        await #expect(throws: ExecutionNodeError.stopped) { _ = try await search.nonce(within: .seconds(1)) }
        #expect(!search.isRunning)
        let id = try #require(await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 2)).payloadID)
        _ = try await test.submit(payload)
        _ = try await test.follow(payload.blockHash)
        // Found before the head moved, or given up: never a hang.
        _ = try? await test.node.getPayload(id)
        #expect(await test.node.sealing().isActive == false)
    }

    @Test("waiting for a seal has a limit, and the search goes on behind it")
    func timeLimit() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, seals: HopelessSeals(), sealTimeLimit: .milliseconds(20))
        let id = try #require(await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1)).payloadID)
        await #expect(throws: ExecutionNodeError.sealTimedOut(seconds: 0.02, difficulty: 65)) { _ = try await test.node.getPayload(id) }
        #expect(await test.node.sealing().isActive)
        await test.node.stop()
    }

    @Test("searches find what a single pass over the nonces finds")
    func search() async throws {
        for number in UInt8(0)..<8 {
            let task = SealTask(sealHash: Keccak256.hash([number]), number: 1, difficulty: 100)
            let search = SealWork(task, engine: KeccakSeals(), threads: 1)
            let nonce = try await search.nonce(within: .seconds(60))
            #expect(nonce == KeccakSeals().search(task, from: 0, count: .max >> 1))
            #expect(search.attempts == nonce + 1)
        }
    }

    @Test("a chain sealed by real Ethash grows, and its seals are checked")
    func ethash() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, seals: EthashSeals())
        let first = try await test.advance(slot: 1, update: Keccak256.hash([1]))
        // Many missed slots, so that the second seal is as easy as seals get.
        let second = try await test.build(on: first.blockHash, slot: 9)
        let header = try Block(second, parentBeaconBlockRoot: TestNode.beaconRoot, executionRequests: []).header
        let result = try ethashLight(headerHash: header.sealHash, nonce: header.nonce.bigEndianNumber, blockNumber: 2).result
        let boundary = try #require(Seal.boundary(difficulty: 64))
        #expect(UInt256(bigEndian: result) <= boundary)
        var nonce = header.nonce.bigEndianNumber &+ 1
        while try Seal.verify(sealHash: header.sealHash, nonce: nonce, number: 2, difficulty: 64) { nonce &+= 1 }
        let unsealed = try TestNode.rehashed(second) { $0.powNonce = Bytes8(bigEndian: nonce) }
        let status = try await test.submit(unsealed)
        #expect(status.status == .invalid)
        #expect(status.validationError?.contains("an Ethash seal of difficulty 64") == true)
        #expect(try await test.submit(second) == .valid(second.blockHash))
    }
}
