import Foundation
import HivemindAveraging
import HivemindWire
import LibP2PProtocols
import MessagePack
import Primitives
import Testing

@testable import PetalsWire

/// What petals 2.2.0.post1 made, by `scripts/vectors/petals_server_vectors.py`.
@Suite("Petals' messages")
struct WireTests {
    struct Vectors: Decodable {
        var full, bare, model, private_model, info, server_only, uid, request, response: String
        var parts: [String]
    }

    let vectors: Vectors

    init() throws {
        let url = try #require(Bundle.module.url(forResource: "messages", withExtension: "json", subdirectory: "Vectors"))
        vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    @Test("what a server says of itself, read and written byte for byte")
    func serverInfo() throws {
        var full = ServerInfo(state: .online, throughput: 12.5, blocks: 2..<5)
        (full.publicName, full.version, full.networkRate) = ("somebody", "2.2.0.post1", 100.5)
        (full.forwardRate, full.inferenceRate, full.adapters) = (2000.25, 33, ["a/b", "polai-head"])
        (full.tensorType, full.quantisation, full.usesRelay, full.cacheTokensLeft) = ("float32", "none", false, 4096)
        full.nextPings = ["12D3KooWA": 0.25, "QmB": .infinity]
        #expect(full.bytes.bareHex == vectors.full)
        #expect(try ServerInfo(bytes: full.bytes) == full)
        let bare = ServerInfo(state: .joining, throughput: 0)
        #expect(bare.bytes.bareHex == vectors.bare)
        #expect(try ServerInfo(bytes: bare.bytes) == bare)
        let model = SwarmModel(blockCount: 30, repository: "https://huggingface.co/a/b")
        #expect(model.bytes.bareHex == vectors.model)
        #expect(try SwarmModel(bytes: model.bytes) == model)
        #expect(SwarmModel(blockCount: 4).bytes.bareHex == vectors.private_model)
        #expect(SwarmModel.isPublic(prefix: "tiny-hf") && !SwarmModel.isPublic(prefix: "_tiny"))
    }

    @Test("what a server answers to rpc_info, byte for byte")
    func info() throws {
        let info = BlockInfo(version: "2.2.0", cacheTokensAvailable: 512, schema: BlockInfo.Schema(width: 64))
        #expect(ExpertInfo(info.bytes).bytes.bareHex == vectors.info)
        #expect(try BlockInfo(bytes: ExpertInfo(bytes: [UInt8](hex: vectors.info)).serialised) == info)
        let server = BlockInfo(version: "2.2.0", cacheTokensAvailable: 512, schema: nil)
        #expect(server.bytes.bareHex == vectors.server_only)
        #expect(try BlockInfo(bytes: server.bytes) == server)
        #expect(ExpertUID("tiny-hf.0").bytes.bareHex == vectors.uid)
        #expect(try ExpertUID(bytes: [UInt8](hex: vectors.uid)).uid == "tiny-hf.0")
    }

    @Test("a request with its tensors and all that it may say, byte for byte")
    func request() throws {
        let bytes = try [UInt8](hex: vectors.request)
        let request = try ExpertRequest(bytes: bytes)
        #expect(request.bytes == bytes)
        let chain = try ModuleChain(request.uid)
        #expect(chain == ModuleChain(prefix: "tiny-hf", blocks: 2..<4) && chain.description == request.uid)
        #expect(try request.tensors[0].numbers() == [1.5, -2, 0.25, 3] && request.tensors[0].shape == [1, 2, 2])
        #expect(try request.tensors[1].integers() == [1, 0] && request.tensors[1] == SerialisedTensor(integers: [1, 0]))
        #expect(request.tensors[2].isAbsent && request.tensors[2] == .absent())
        let metadata = try RequestMetadata(bytes: request.metadata)
        #expect(metadata.bytes == request.metadata)
        #expect((metadata.session, metadata.step, metadata.maximumLength, metadata.adapter) == ("session", "step", 16, "a/b"))
        #expect(metadata.isPushed && metadata.points == 0)
        #expect(try metadata.nextServers() == [RequestMetadata.NextServer(peer: "QmB", session: "next", blocks: 5..<8)])
        #expect(try metadata.outputCompression() == [.float16])
        #expect(try metadata.arguments(count: 3) == [0, 2, 1])
        // What is written anew says the same.
        var own = RequestMetadata()
        (own.session, own.step, own.maximumLength, own.points, own.adapter) = ("session", "step", 16, 0, "a/b")
        own.setNextServers(try metadata.nextServers())
        own.setOutputCompression([.float16])
        own.isPushed = true
        own.setArguments(count: 3)
        #expect(try own.arguments(count: 3) == [0, 1, 2])
        #expect(try own.nextServers() == metadata.nextServers() && own.outputCompression() == [.float16])
        let response = try ExpertResponse(bytes: [UInt8](hex: vectors.response))
        #expect(response.bytes.bareHex == vectors.response && response.tensors == [request.tensors[0]])
    }

    @Test("a tensor in parts, as hivemind cuts it")
    func parts() throws {
        let tensor = try SerialisedTensor([1.5, -2, 0.25, 3], shape: [1, 2, 2])
        #expect(tensor.parts(of: 6).map(\.bytes.bareHex) == vectors.parts)
        var gathering = TensorGathering(limit: 39)
        for part in try vectors.parts.map({ try SerialisedTensor(bytes: [UInt8](hex: $0)) }) { try gathering.add(part) }
        for part in SerialisedTensor(integers: [7]).parts() + [.absent()] { try gathering.add(part) }
        #expect(
            gathering.tensors
                == [tensor, SerialisedTensor(integers: [7]), .absent()].map { whole in
                    var whole = whole
                    whole.chunks = 0
                    return whole
                })
        #expect(throws: TensorGathering.Failure.tooLarge(limit: 39)) { try gathering.add(tensor) }
        var headless = TensorGathering(limit: 40)
        #expect(throws: TensorGathering.Failure.headless) { try headless.add(SerialisedTensor(buffer: [1], shape: [], type: "")) }
        var many = TensorGathering(limit: 40)
        for _ in 0..<ExpertRequest.maximumTensors { try many.add(.absent()) }
        #expect(throws: TensorGathering.Failure.tooMany(limit: 64)) { try many.add(.absent()) }
    }

    @Test(
        "names of blocks that are none",
        arguments: ["", "a", "a.", ".1", "a.b.1", "a.-1", "a.1 a.3", "a.1  a.2", "a.1 b.2", "a.2 a.1", "a.9999", "a.٣", "a\n.1"])
    func names(_ text: String) { #expect(throws: HivemindError.self) { try ModuleChain(text) } }

    @Test(
        "what a server cannot say of itself",
        arguments: [
            .null, .array([]), .tuple([.integer(2)]), .tuple([.integer(3), .float(1)]), .tuple([.integer(2), .float(-1)]),
            .tuple([.integer(2), .float(.nan)]), .tuple([.integer(2), .float(1), .array([])]),
            WireTests.said("start_block", .integer(5), end: 5),
            WireTests.said("start_block", .integer(0), end: 1 << 30), WireTests.said("adapters", .tuple([.integer(1)])),
            WireTests.said("adapters", .text("a")),
            WireTests.said("inference_rps", .float(.infinity)), WireTests.said("cache_tokens_left", .integer(-1)),
            WireTests.said("next_pings", .map([.init(.text("Qm"), .float(-1))])), WireTests.said("torch_dtype", .integer(1)),
            WireTests.said("using_relay", .integer(1)),
        ] as [MessagePackValue])
    func badServers(_ value: MessagePackValue) { #expect(throws: HivemindError.self) { try ServerInfo(bytes: value.bytes) } }

    static func said(_ key: String, _ value: MessagePackValue, end: Int64 = 9) -> MessagePackValue {
        .tuple([.integer(2), .float(1), .map([.init(.text(key), value), .init(.text("end_block"), .integer(end))])])
    }

    @Test("metadata that are none, and parts of them")
    func badMetadata() throws {
        for bytes: [UInt8] in [[0xc0], [0x90], [0x81], [UInt8](repeating: 0xc0, count: 1 << 17)] {
            #expect(throws: HivemindError.self) { try RequestMetadata(bytes: bytes) }
        }
        func metadata(_ key: String, _ value: MessagePackValue) throws -> RequestMetadata {
            try RequestMetadata(bytes: MessagePackValue.map([.init(.text(key), value)]).bytes)
        }
        for (key, value) in [
            ("session_id", .integer(1)), ("step_id", .text(String(repeating: "s", count: 129))), ("active_adapter", .bool(true)),
        ] as [(String, MessagePackValue)] {
            #expect(throws: HivemindError.self) { try metadata(key, value) }
        }
        #expect(try metadata("active_adapter", .null).adapter == nil && metadata("active_adapter", .text("")).adapter == nil)
        for value in [.integer(1), .tuple([.tuple([.text("Qm"), .text("s"), .integer(3), .integer(3)])]), .tuple([.text("Qm")])]
            as [MessagePackValue]
        {
            #expect(throws: HivemindError.self) { try metadata("next_servers", value).nextServers() }
        }
        for value in [.integer(1), .tuple([.integer(9)]), .tuple([.integer(-1)])] as [MessagePackValue] {
            #expect(throws: HivemindError.self) { try metadata("output_compression", value).outputCompression() }
        }
        func mark(_ text: String) -> MessagePackValue { .tuple([.tuple([.binary(Array(text.utf8))]), .map([])]) }
        for value in [.integer(1), mark("__T2"), mark("__T-1"), mark("__T"), mark("x"), .tuple([.tuple([.integer(0)]), .map([])])]
            as [MessagePackValue]
        {
            #expect(throws: HivemindError.self) { try metadata("args_structure", value).arguments(count: 2) }
        }
    }

    @Test("requests that are cut or changed are refused or read, and nothing else")
    func damaged() throws {
        let bytes = try [UInt8](hex: vectors.request)
        for length in 0..<bytes.count { _ = try? ExpertRequest(bytes: Array(bytes[..<length])) }
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0xff
            guard let request = try? ExpertRequest(bytes: changed) else { continue }
            _ = try? ModuleChain(request.uid)
            _ = try? RequestMetadata(bytes: request.metadata).arguments(count: request.tensors.count)
            for tensor in request.tensors { _ = (try? tensor.numbers(), try? tensor.integers()) }
        }
        #expect(throws: WireError.self) { try ExpertRequest(bytes: [0x0a, 0xff]) }
    }
}
