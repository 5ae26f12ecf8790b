import ChainStore
import EngineTypes
import ExecutionChain
import ExecutionNode
import HTTPDoor
import JSON
import JSONRPC
import JSONRPCCore
import KeyValueStore
import Logging
import Primitives
import ProofOfWork
import ServiceInterfaces
import ServiceLifecycle
import TestSupport
import Testing

@testable import ExternalMiner

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("The external miner", .timeLimit(.minutes(2)))
struct ExternalMinerTests {
    @Test("work is read strictly")
    func work() throws {
        let seed = JSONValue.string(EthashEpoch.seedHash(epoch: 0).hex)
        let boundary = JSONValue.string(UInt256(5).bigEndianHash.hex)
        let good: [JSONValue] = [.string(Keccak256.hash([1]).hex), seed, boundary, "0x10"]
        let work = try MinerWork(.array(good))
        #expect(work.boundary == 5 && work.number == 16 && work.sealHash == Keccak256.hash([1]))
        for index in good.indices {
            for bad in [.null, "", "0x", "0x+5", "0xzz", 5, .string(Keccak256.hash([9]).hex + "00")] as [JSONValue] {
                var words = good
                words[index] = bad
                #expect(throws: MinerError.self) { try MinerWork(.array(words)) }
            }
        }
        #expect(throws: MinerError.self) { try MinerWork(.array(Array(good.prefix(3)))) }
        // The second epoch's seed is another.
        #expect(throws: MinerError.self) { try MinerWork([good[0], seed, boundary, "0x7530"]) }
    }

    @Test("a node that searches nothing itself has its block sealed by a miner over its door")
    func seals() async throws {
        let folder = TemporaryFolder()
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        var options = ExecutionNodeOptions()
        options.sealThreads = 0
        options.sealTimeLimit = .seconds(100)
        let node = try ExecutionNode(
            genesis: .polai(timestamp: 1_700_000_000, difficulty: 64), store: file, sealEngine: EthashSeals(), options: options,
            logger: quiet)
        var dispatcher = RPCDispatcher(logger: quiet)
        EthereumMethods(chain: node).register(in: &dispatcher)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = JSONRPCDoor(dispatcher: dispatcher).server(at: ListenAddress(port: 0), logger: quiet) { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: quiet))
        let serving = Task { try await group.run() }
        let port = try #require(await ports.first { _ in true })
        let miner = ExternalMiner(url: "http://127.0.0.1:\(port)", threads: 2, pause: .milliseconds(20), logger: quiet)
        let mining = Task { await miner.run() }
        let attributes = PayloadAttributes(
            timestamp: 1_700_000_012, prevRandao: .zero, suggestedFeeRecipient: .zero, withdrawals: [], parentBeaconBlockRoot: .zero,
            updateID: .zero)
        let head = node.genesisBlock.hash
        let begun = try await node.forkchoiceUpdated(
            ForkchoiceState(headBlockHash: head, safeBlockHash: .zero, finalizedBlockHash: .zero), attributes: attributes)
        let payload = try await node.getPayload(#require(begun.payloadID)).payload
        #expect(try await node.newPayload(payload, parentBeaconBlockRoot: .zero, executionRequests: []) == .valid(payload.blockHash))
        #expect(await node.metrics().first { $0.name == "polai_seal_shares_accepted_total" }?.value == 1)
        mining.cancel()
        await mining.value
        #expect(await miner.figures.accepted == 1)
        await group.triggerGracefulShutdown()
        try await serving.value
    }
}
