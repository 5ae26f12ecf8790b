import Dispatch
import EVM
import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import Secp256k1
import ServiceInterfaces
import TestSupport
import Testing
import Transactions

@testable import ExecutionNode
@testable import JSONRPC

/// A proof of work that only even nonces are, and that no thread finds.
private struct EvenSeals: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { nonce % 2 == 0 }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { nil }
}

@Suite("Mining over JSON-RPC")
struct MiningMethodsTests {
    private let chain: SealedChain
    private static let digest = JSONValue.data(Hash32.zero)

    init() throws { chain = try SealedChain(seals: EvenSeals(), sealThreads: 0) }

    private func begin(slot: UInt64) async throws -> PayloadID {
        let head = try #require(await chain.node.block(.latest)).payload.blockHash
        let attributes = PayloadAttributes(
            timestamp: SealedChain.genesisTime + 12 * slot, prevRandao: .zero, suggestedFeeRecipient: .zero, withdrawals: [],
            parentBeaconBlockRoot: .zero, updateID: .zero)
        return try #require(try await chain.follow(head, attributes: attributes).payloadID)
    }

    private func count(_ name: String) async -> Double? {
        await chain.node.metrics().first { $0.name == "polai_seal_shares_\(name)_total" }?.value
    }

    @Test("work, a wrong seal, a right one, a late one and one for newer work")
    func shares() async throws {
        await #expect(throws: RPCError.server("no mining work available yet")) { try await chain.call("eth_getWork") }
        #expect(try await chain.call("eth_mining") == false)
        let first = try await begin(slot: 1)
        #expect(try await chain.call("eth_mining") == true)
        let work = try await chain.call("eth_getWork")
        let same = try await chain.call("ethash_getWork")
        #expect(work.array?.count == 4 && work == same)
        #expect(work.array?[1] == .data(Hash32.zero) && work.array?[3] == "0x1")
        let hash = try #require(work.array?.first)
        #expect(try await chain.call("eth_submitWork", "0x0000000000000003", hash, Self.digest) == false)
        #expect(try await chain.call("eth_submitWork", "0x0000000000000004", .data(Keccak256.hash([1])), Self.digest) == false)
        #expect(try await chain.call("eth_submitWork", "0x0000000000000004", hash, Self.digest) == true)
        let sealed = try await chain.node.getPayload(first).payload
        #expect(sealed.powNonce == Bytes8(bigEndian: 4))
        // ⌊2²⁵⁶ / difficulty⌋, which is what miners compare with.
        #expect(sealed.difficulty == 65 && work.array?[2] == "0x03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f03f0")
        #expect(try await chain.call("eth_submitWork", "0x0000000000000006", hash, Self.digest) == false)
        await #expect(throws: RPCError.server("no mining work available yet")) { try await chain.call("eth_getWork") }
        // A newer payload takes the place of an older one.
        _ = try await begin(slot: 2)
        let old = try await chain.call("eth_getWork")
        _ = try await begin(slot: 3)
        #expect(try await chain.call("eth_getWork") != old)
        #expect(try await chain.call("eth_submitWork", "0x0000000000000002", try #require(old.array?.first), Self.digest) == false)
        #expect(await count("accepted") == 1)
        #expect(await count("invalid") == 1)
        #expect(await count("stale") == 3)
        // What is no seal was no work.
        #expect(await chain.node.sealing.staleShare == 0.75)
    }

    @Test("what miners say they do is added up, for a while, and malformed seals are refused")
    func rates() async throws {
        #expect(try await chain.call("eth_submitHashrate", "0x500", .data(Keccak256.hash([1]))) == true)
        #expect(try await chain.call("eth_submitHashrate", .data(UInt256(0x20).bigEndianHash), .data(Keccak256.hash([2]))) == true)
        #expect(try await chain.call("eth_hashrate") == "0x520")
        #expect(try await chain.call("eth_submitHashrate", "0x100", .data(Keccak256.hash([1]))) == true)
        #expect(try await chain.call("ethash_getHashrate") == "0x120")
        for parameters in [["0x01", .data(Hash32.zero), .data(Hash32.zero)], ["0x0000000000000001", "0x01", .data(Hash32.zero)], []]
            as [[JSONValue]]
        {
            let error = await #expect(throws: RPCError.self) { try await chain.call("eth_submitWork", list: parameters) }
            #expect(error?.code == -32602)
        }
        await #expect(throws: RPCError.self) {
            try await chain.call("eth_submitHashrate", .data(UInt256.max.bigEndianHash), .data(Hash32.zero))
        }
    }

    @Test("threads are stopped and begun again while a payload waits for its seal")
    func threads() async throws {
        let chain = try SealedChain(seals: SecondThreadSeals(), sealThreads: 0)
        let head = chain.node.genesisBlock.hash
        let attributes = PayloadAttributes(
            timestamp: SealedChain.genesisTime + 12, prevRandao: .zero, suggestedFeeRecipient: .zero, withdrawals: [],
            parentBeaconBlockRoot: .zero, updateID: .zero)
        let id = try #require(try await chain.follow(head, attributes: attributes).payloadID)
        await chain.node.setSealThreads(1)
        await chain.node.setSealThreads(0)
        // Only the second thread's nonces seal.
        await chain.node.setSealThreads(2)
        #expect(try await chain.node.getPayload(id).payload.powNonce != Bytes8(bigEndian: 0))
    }

    /// The queue is shared by all: one address holds no more than eight places of it.
    @Test("one address may not hold the whole queue of seals that are judged")
    func addresses() async throws {
        let gate = DispatchGroup()
        gate.enter()
        let chain = try SealedChain(seals: HeldSeals(gate: gate), sealThreads: 0)
        let attributes = PayloadAttributes(
            timestamp: SealedChain.genesisTime + 12, prevRandao: .zero, suggestedFeeRecipient: .zero, withdrawals: [],
            parentBeaconBlockRoot: .zero, updateID: .zero)
        _ = try await chain.follow(chain.node.genesisBlock.hash, attributes: attributes)
        let hash = try #require(try await chain.call("eth_getWork").array?.first)
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        EthereumMethods(chain: chain.node).register(in: &dispatcher)
        let call: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "eth_submitWork", "params": ["0x0000000000000003", hash, Self.digest]]
        let answers = try await withThrowingTaskGroup(of: JSONValue.self) { [dispatcher] group in
            func submit(from address: String) {
                group.addTask { try JSONValue(parsing: try #require(await dispatcher.answer(call.utf8, from: address))) }
            }
            for _ in 1...9 { submit(from: "192.0.2.1") }
            // Of these only the refused one is answered while nothing is judged.
            let refused = try #require(try await group.next())
            #expect(refused["error"]?["code"] == -32005)
            submit(from: "192.0.2.2")
            for _ in 1...9 { submit(from: "127.0.0.1") }
            gate.leave()
            return try await group.reduce(into: [JSONValue]()) { $0.append($1) }
        }
        #expect(answers.count == 18 && answers.allSatisfy { $0["result"] == false })
        // They are free again.
        #expect(try JSONValue(parsing: try #require(await dispatcher.answer(call.utf8, from: "192.0.2.1")))["result"] == false)
    }

    @Test("the operator's methods are there only where they were asked for")
    func minerMethods() async throws {
        await #expect(throws: RPCError.methodNotFound("miner_stop")) { try await chain.call("miner_stop") }
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        EthereumMethods(chain: chain.node, hasMinerMethods: true).register(in: &dispatcher)
        func modules() async throws -> [String]? {
            let answer = try #require(await dispatcher.answer(Array(#"{"jsonrpc":"2.0","id":1,"method":"rpc_modules"}"#.utf8)))
            return try JSONValue(parsing: answer)["result"]?.object?.map { $0.name }
        }
        #expect(try await modules()?.contains("miner") == true)
        #expect(try await chain.call("rpc_modules")["miner"] == nil)
        for (method, parameters) in [
            ("miner_start", "[2]"), ("miner_stop", "[]"), ("miner_setGasLimit", #"["0x1c9c380"]"#),
            ("miner_setGasPrice", #"["0x3b9aca00"]"#),
        ] {
            let text = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(parameters)}"#
            let answer = try JSONValue(parsing: try #require(await dispatcher.answer(Array(text.utf8))))
            #expect(answer["error"] == nil, "\(method): \(answer)")
        }
        #expect(await chain.node.sealThreads == 0)
        #expect(await chain.node.minimumTip() == 1_000_000_000)
        #expect(await chain.node.gasLimitTarget == 30_000_000)
        // What is not served is not named.
        dispatcher.keep(namespaces: ["net", "eth"])
        EthereumMethods.registerModules(in: &dispatcher)
        #expect(try await modules() == ["eth", "net", "rpc"])
    }
}

/// A proof of work that nothing is, once somebody may know.
private struct HeldSeals: SealEngine {
    let gate: DispatchGroup

    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool {
        gate.wait()
        return false
    }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { nil }
}

/// A proof of work that only large nonces are: those of every thread but the first.
private struct SecondThreadSeals: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { nonce > 1 << 40 }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { first > 1 << 40 ? first : nil }
}
