import ChainStore
import EngineAPI
import EngineTypes
import EngineWire
import ExecutionChain
import Foundation
import JSON
import JSONRPCCore
import KeyValueStore
import Primitives
import RLP
import ServiceInterfaces
import StateTrie
import TestSupport
import Testing
import Transactions

@testable import ExecutionNode

/// An execution node of an ordinary chain behind the `engine_` methods.
private struct VersionBench {
    let folder = TemporaryFolder()
    let node: ExecutionNode
    private let dispatcher: RPCDispatcher

    /// - Parameter imported: blocks that are there already, each on the one before.
    init(_ genesis: Genesis, imported: [Block] = []) throws {
        let store = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        var chain = try ChainImport(genesis: genesis, store: store, checksWork: false)
        for block in imported { try chain.add(block) }
        node = try ExecutionNode(genesis: genesis, store: store, sealEngine: NoSeal(), logger: quiet)
        var dispatcher = RPCDispatcher(limits: EngineDoor.limits, logger: quiet)
        EngineMethods(engine: node, chain: node, client: .init(name: "polai", version: "0")).register(in: &dispatcher)
        self.dispatcher = dispatcher
    }

    /// The result, or the error's code.
    func call(_ method: String, _ parameters: [JSONValue]) async throws -> JSONValue {
        let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string("engine_\(method)"), "params": .array(parameters)]
        let answer = try JSONValue(parsing: try #require(await dispatcher.answer(request.utf8)))
        return answer["result"] ?? answer["error"]?["code"] ?? .null
    }

    static func state(_ head: Hash32) -> JSONValue {
        ForkchoiceState(headBlockHash: head, safeBlockHash: .zero, finalizedBlockHash: .zero).engineJSON
    }
}

private struct NoSeal: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { true }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { first }
}

/// The versions of the Engine API's methods: on the published chain, which goes through all forks, and on chains of one fork.
@Suite("Contract: versions of the Engine API")
struct EngineVersionTests {
    /// Which version of `newPayload` is for a fork.
    private static func version(_ fork: ExecutionFork) -> Int {
        switch fork {
        case ..<ExecutionFork.shanghai: 1
        case .shanghai: 2
        case .cancun: 3
        default: 4
        }
    }

    /// The parameters of `newPayload` in some version, whatever the block's fork.
    private static func parameters(_ block: Block, _ version: Int, _ requests: [[UInt8]]) throws -> [JSONValue] {
        let fork: EngineForm.Version = block.withdrawals == nil ? .v1 : block.header.blobGasUsed == nil ? .v2 : .v3
        var parameters = [ExecutionPayload(block).engineJSON(EngineForm(fork, hasSeal: false))]
        if version >= 3 {
            let hashes = try block.transactions.filter { $0.first == 3 }.flatMap { try Transaction(encoded: $0).blobHashes }
            parameters += [.array(hashes.map { .string($0.hex) }), .string((block.header.parentBeaconBlockRoot ?? .zero).hex)]
        }
        if version >= 4 { parameters.append(.array(requests.map { .string($0.hex) })) }
        return parameters
    }

    @Test(
        "the published chain comes in block by block from Paris to its end, each by the version of its fork alone",
        .needs(vectors: "execution/rpc"))
    func publishedChain() async throws {
        let genesis = try Genesis(JSONValue(parsing: Data(contentsOf: Present.vectors("execution/rpc/genesis.json"))))
        var decoder = try RLPDecoder([UInt8](Data(contentsOf: Present.vectors("execution/rpc/chain.rlp"))))
        var blocks: [Block] = []
        while !decoder.isAtEnd { blocks.append(try Block(encoded: Array(try decoder.encodedItem()))) }
        let first = try #require(blocks.firstIndex { $0.header.difficulty.isZero })
        let bench = try VersionBench(genesis, imported: Array(blocks[..<first]))
        let execution = BlockExecution(config: genesis.config)
        var (parent, seen): (BlockHeader, [Int: Int]) = (blocks[first - 1].header, [:])
        for block in blocks[first...] {
            let fork = genesis.config.fork(number: block.header.number, timestamp: block.header.timestamp)
            let version = Self.version(fork)
            let (chain, hash) = (await bench.node.chain, parent.hash)
            var state = chain.state(parent.stateRoot)
            let requests = try execution.execute(block, on: &state) { number throws(StateTrieError) in
                try chain.ancestorHash(number, from: hash)
            }.requests
            for other in 1...4 where other != version && !(version == 1 && other == 2) {
                let answer = try await bench.call("newPayloadV\(other)", Self.parameters(block, other, requests))
                #expect(answer == -38005 || answer == -32602, "V\(other) of \(fork): \(answer)")
            }
            let method = "newPayloadV\(version)"
            if version >= 3 {
                var wrong = try Self.parameters(block, version, requests)
                wrong[1] = .array((wrong[1].array ?? []) + [.string(Hash32.zero.hex)])
                #expect(try await bench.call(method, wrong)["status"] == "INVALID")
            }
            let status = try await bench.call(method, Self.parameters(block, version, requests))
            #expect(
                status["status"] == "VALID" && status["latestValidHash"] == .string(block.hash.hex), "\(block.header.number): \(status)")
            let followed = try await bench.call("forkchoiceUpdatedV\(min(version, 3))", [VersionBench.state(block.hash)])
            #expect(followed["payloadStatus"]?["status"] == "VALID")
            parent = block.header
            seen[version, default: 0] += 1
        }
        #expect(
            try await bench.node.block(.latest)?.payload.blockHash.hex
                == "0xd226371d0b1551adb03fb52b71f08e3e11247fe9b1af994768af8cdaa8e7dcd7")
        #expect(Set(seen.keys) == [1, 2, 3, 4])
    }

    private static func genesis(_ fork: ExecutionFork) -> Genesis {
        var genesis = Genesis.polai(timestamp: 1000, difficulty: 0)
        genesis.config = .from(fork, chainID: 1)
        genesis.extraData = []
        return genesis
    }

    private static func attributes(_ version: EngineForm.Version) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("timestamp", "0x3f4"), .init("prevRandao", .string(Hash32.zero.hex)),
            .init("suggestedFeeRecipient", .string(Address.zero.hex)),
        ]
        if version >= .v2 { members.append(.init("withdrawals", [])) }
        if version >= .v3 { members.append(.init("parentBeaconBlockRoot", .string(Hash32.zero.hex))) }
        return .object(members)
    }

    @Test(
        "a payload of each fork is begun, taken and given back by its own versions",
        arguments: [ExecutionFork.paris, .shanghai, .cancun, .prague, .osaka])
    func building(_ fork: ExecutionFork) async throws {
        let bench = try VersionBench(Self.genesis(fork))
        let (version, genesis) = (Self.version(fork), bench.node.genesisBlock.hash)
        let form = EngineForm.Version(rawValue: min(version, 3)) ?? .v3
        let begun = try await bench.call("forkchoiceUpdatedV\(form.rawValue)", [VersionBench.state(genesis), Self.attributes(form)])
        let id = try #require(begun["payloadId"], "\(begun)")
        let own = fork == .osaka ? 5 : version
        for other in 1...5 where other != own && !(own < 3 && other == 2) {
            #expect(try await bench.call("getPayloadV\(other)", [id]) == -38005, "V\(other)")
        }
        let answer = try await bench.call("getPayloadV\(own)", [id])
        let payload = own == 1 ? answer : try #require(answer["executionPayload"])
        let names = Set(payload.object?.map(\.name) ?? [])
        #expect(names.contains("withdrawals") == (version >= 2) && names.contains("blobGasUsed") == (version >= 3))
        #expect(!names.contains("powNonce") && !names.contains("difficulty"))
        #expect((answer["blockValue"] != nil) == (own >= 2) && (answer["blobsBundle"] != nil) == (own >= 3))
        #expect((answer["executionRequests"] != nil) == (own >= 4))
        var parameters = [payload]
        if version >= 3 { parameters += [[], .string(Hash32.zero.hex)] }
        if version >= 4 { parameters.append(answer["executionRequests"] ?? []) }
        #expect(try await bench.call("newPayloadV\(version)", parameters)["status"] == "VALID")
        #expect(try await bench.call("newPayloadV\(version)", parameters + ["0x0"]) == -32602)
    }

    @Test("attributes of another version or fork are refused by code")
    func attributes() async throws {
        let cases: [(ExecutionFork, Int, EngineForm.Version, JSONValue)] = [
            (.paris, 1, .v2, -32602), (.paris, 2, .v2, -32602), (.paris, 2, .v1, .null), (.paris, 3, .v3, -38005),
            (.shanghai, 1, .v1, -38005),
            (.shanghai, 1, .v2, -38005), (.shanghai, 2, .v1, -32602), (.shanghai, 2, .v3, -32602), (.shanghai, 3, .v3, -38005),
            (.shanghai, 3, .v2, -38003), (.cancun, 1, .v1, -38005), (.cancun, 2, .v2, -38005), (.cancun, 2, .v3, -38005),
            (.cancun, 3, .v2, -38003), (.prague, 2, .v2, -38005),
        ]
        for (fork, version, form, code) in cases {
            let bench = try VersionBench(Self.genesis(fork))
            let answer = try await bench.call(
                "forkchoiceUpdatedV\(version)", [VersionBench.state(bench.node.genesisBlock.hash), Self.attributes(form)])
            let expected = code == .null ? "VALID" : nil
            #expect(
                answer["payloadStatus"]?["status"]?.string == expected && (code == .null || answer == code), "\(fork) V\(version) \(form)")
        }
    }

    @Test("wrong attributes leave the fork choice as it is")
    func attributesApart() async throws {
        let bench = try VersionBench(Self.genesis(.cancun))
        let begun = try await bench.call("forkchoiceUpdatedV3", [VersionBench.state(bench.node.genesisBlock.hash), Self.attributes(.v3)])
        let id = try #require(begun["payloadId"])
        let built = try await bench.call("getPayloadV3", [id])
        let payload = try #require(built["executionPayload"])
        _ = try await bench.call("newPayloadV3", [payload, [], .string(Hash32.zero.hex)])
        let hash = try Hash32(hex: try #require(payload["blockHash"]?.string))
        #expect(try await bench.call("forkchoiceUpdatedV3", [VersionBench.state(hash), Self.attributes(.v2)]) == -38003)
        #expect(try await bench.node.block(.latest)?.payload.blockHash == hash)
    }

    @Test("the methods of earlier forks answer a payload of this project's chain with Unsupported fork, and what is none with its fault")
    func ownChain() async throws {
        let bench = try VersionBench(.polai(timestamp: 1000, difficulty: 64))
        let payload = ExecutionPayload(bench.node.genesisBlock).engineJSON
        #expect(try await bench.call("newPayloadV1", [payload]) == -38005)
        #expect(try await bench.call("newPayloadV2", [payload]) == -38005)
        #expect(try await bench.call("newPayloadV3", [payload, [], .string(Hash32.zero.hex)]) == -38005)
        #expect(try await bench.call("newPayloadV1", []) == -32602)
        #expect(try await bench.call("newPayloadV3", [payload]) == -32602)
        #expect(try await bench.call("getPayloadV1", ["0x0000000000000001"]) == -38001)
    }
}
