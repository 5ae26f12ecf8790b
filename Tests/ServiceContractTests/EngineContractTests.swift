import ChainStore
import EngineAPI
import EngineTypes
import EngineWire
import ExecutionChain
import ExecutionNode
import HTTPReader
import JSON
import JSONRPCCore
import KeyValueStore
import Primitives
import RemoteExecutionEngine
import ServiceInterfaces
import TestSupport
import Testing

/// ``ExecutionEngine``.
@Suite("Contract: the execution engine", .timeLimit(.minutes(1)))
struct EngineContractTests {
    @Test("a payload is begun, sealed, taken in and followed", arguments: EngineSide.allCases)
    func buildsAndFollows(_ side: EngineSide) async throws {
        try await EngineBench.with(side) { bench in
            let update = Keccak256.hash([1])
            let begun = try await bench.engine.forkchoiceUpdated(bench.choice(bench.genesis), attributes: bench.attributes(1, update))
            #expect(begun.payloadStatus == .valid(bench.genesis))
            let id = try #require(begun.payloadID)
            let answer = try await bench.engine.getPayload(id)
            #expect(answer.payload.extraData == bench.genesis.bytes + update.bytes && answer.payload.difficulty > 0)
            #expect(answer.payload.withdrawals.map(\.validatorIndex) == [.max])
            #expect(try await bench.submit(answer.payload) == .valid(answer.payload.blockHash))
            #expect(try await bench.node.block(.latest)?.payload.blockHash == bench.genesis)
            let followed = try await bench.engine.forkchoiceUpdated(bench.choice(answer.payload.blockHash), attributes: nil)
            #expect(followed == ForkchoiceUpdated(payloadStatus: .valid(answer.payload.blockHash)))
            #expect(try await bench.node.block(.latest)?.payload == answer.payload)
        }
    }

    @Test("what is wrong with a payload is its verdict; what is unknown is SYNCING", arguments: EngineSide.allCases)
    func verdicts(_ side: EngineSide) async throws {
        try await EngineBench.with(side) { bench in
            var payload = try await bench.build()
            payload.gasUsed = 1
            let invalid = try await bench.submit(payload)
            #expect(invalid.status == .invalid && invalid.validationError?.contains("blockHash") == true)
            let unknown = ForkchoiceState(headBlockHash: Keccak256.hash([9]), safeBlockHash: .zero, finalizedBlockHash: .zero)
            #expect(try await bench.engine.forkchoiceUpdated(unknown, attributes: nil) == ForkchoiceUpdated(payloadStatus: .syncing))
        }
    }

    @Test("refusals have the Engine API's codes", arguments: EngineSide.allCases)
    func refusals(_ side: EngineSide) async throws {
        try await EngineBench.with(side) { bench in
            let payload = try await bench.build()
            #expect(await bench.code { _ = try await bench.engine.getPayload(Bytes8()) } == .unknownPayload)
            #expect(
                await bench.code {
                    _ = try await bench.engine.forkchoiceUpdated(bench.choice(bench.genesis), attributes: bench.attributes(0, .zero))
                } == .invalidPayloadAttributes)
            _ = try await bench.submit(payload)
            let state = ForkchoiceState(headBlockHash: payload.blockHash, safeBlockHash: Keccak256.hash([3]), finalizedBlockHash: .zero)
            #expect(await bench.code { _ = try await bench.engine.forkchoiceUpdated(state, attributes: nil) } == .invalidForkchoiceState)
        }
    }

    @Test("the door answers nobody without the secret, and a client says what is wrong")
    func strangers() async throws {
        try await EngineBench.with(.overHTTP) { bench in
            let url = try #require(bench.url)
            let stranger = RemoteExecutionEngine(endpoint: try EngineEndpoint(url), secret: .random(), now: { EngineBench.now })
            let error = await #expect(throws: RemoteEngineError.self) { try await stranger.exchangeCapabilities() }
            guard case .unauthorised? = error else { Issue.record("\(String(describing: error))"); return }
            let late = RemoteExecutionEngine(endpoint: try EngineEndpoint(url), secret: bench.secret, now: { EngineBench.now - 61 })
            let stale = await #expect(throws: RemoteEngineError.self) { try await late.exchangeCapabilities() }
            #expect("\(stale.map { "\($0)" } ?? "")".contains("stale token"))
            #expect(try await #require(bench.engine as? RemoteExecutionEngine).exchangeCapabilities() == EngineMethods.capabilities)
            let nowhere = RemoteExecutionEngine(endpoint: try EngineEndpoint("http://127.0.0.1:1"), secret: bench.secret, now: { 0 })
            let gone = await #expect(throws: RemoteEngineError.self) { try await nowhere.exchangeCapabilities() }
            guard case .unreachable? = gone else { Issue.record("\(String(describing: gone))"); return }
        }
    }

    @Test("bodies by hash and by range end at the head; earlier forks and malformed parameters are refused by code")
    func methods() async throws {
        try await EngineBench.with(.overHTTP) { bench in
            let payload = try await bench.build()
            _ = try await bench.submit(payload)
            _ = try await bench.engine.forkchoiceUpdated(bench.choice(payload.blockHash), attributes: nil)
            let byHash = try await bench.raw(
                "engine_getPayloadBodiesByHashV1", [[.string(payload.blockHash.hex), .string(Hash32.zero.hex)]])
            #expect(byHash["result"]?.array?.count == 2 && byHash["result"]?.array?.last == .null)
            let byRange = try await bench.raw("engine_getPayloadBodiesByRangeV1", ["0x1", "0x400"])
            #expect(byRange["result"]?.array == byHash["result"]?.array?.dropLast())
            #expect(try await bench.raw("engine_getPayloadBodiesByRangeV1", ["0x1", "0x401"])["error"]?["code"] == -38004)
            #expect(try await bench.raw("engine_getPayloadBodiesByRangeV1", ["0x0", "0x1"])["error"]?["code"] == -32602)
            #expect(
                try await bench.raw("engine_newPayloadV3", [payload.engineJSON, [], .string(Hash32.zero.hex)])["error"]?["code"] == -38005)
            #expect(try await bench.raw("engine_newPayloadV4", [[:]])["error"]?["code"] == -32602)
            let disorder: [JSONValue] = [payload.engineJSON, [], .string(Hash32.zero.hex), ["0x0100", "0x0000"]]
            #expect(try await bench.raw("engine_newPayloadV4", disorder)["error"]?["code"] == -32602)
            #expect(try await bench.raw("engine_forkchoiceUpdatedV3", [bench.choice(.zero).engineJSON, [:]])["error"]?["code"] == -38003)
            #expect(try await bench.raw("engine_getClientVersionV1", [[:]])["result"]?.array?.first?["name"] == "polai")
        }
    }
}
