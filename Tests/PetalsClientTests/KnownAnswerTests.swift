import Foundation
import HivemindAveraging
import JSON
import PeerIdentity
import PetalsWire
import Primitives
import Testing
import Transformer

@testable import PetalsClient

/// `Vectors/requests.json` holds what Petals' own client sends (`scripts/vectors/petals_vectors.py`).
@Suite("Messages of the client against those of Petals' own")
struct KnownAnswerTests {
    private static let vectors = Result {
        let url = try #require(Bundle.module.url(forResource: "requests", withExtension: "json", subdirectory: "Vectors"))
        return try JSONValue(parsing: [UInt8](Data(contentsOf: url)))
    }

    private static func states(_ key: String, tokens: Int = 2) throws -> HiddenStates {
        let numbers = try #require(try vectors.get()[key]?.array).map { Float($0.double ?? .nan) }
        return try HiddenStates(Array(numbers.prefix(tokens * 4)), batch: 1, length: tokens, width: 4)
    }

    private static func bytes(_ value: JSONValue?) throws -> [UInt8] { try [UInt8](hex: try #require(value?.string)) }

    private static func blocks(adapter: String? = nil, _ network: any BlockNetwork = Recorder()) -> RemoteBlocks {
        var setting = RemoteBlocks.Setting(prefix: "tiny-hf", blockCount: 4, width: 4)
        setting.adapter = adapter
        return RemoteBlocks(setting, network: network, now: { 0 })
    }

    @Test("the steps of a session, byte for byte")
    func session() throws {
        let vectors = try Self.vectors.get()
        let chain = try ModuleChain(try #require(vectors["uids"]?.string))
        #expect(chain == ModuleChain(prefix: "tiny-hf", blocks: 2..<4))
        func step(_ states: HiddenStates, _ number: Int, adapter: String? = nil) throws -> [UInt8] {
            try InferenceSession.request(
                states, chain, Self.blocks(adapter: adapter), session: "session", step: "step \(number)",
                maximumLength: number == 0 ? vectors["maximum_length"]?.int : nil
            ).bytes
        }
        #expect(try step(Self.states("states"), 0) == Self.bytes(vectors["session"]?.array?[0]))
        #expect(try step(Self.states("gradient", tokens: 1), 1) == Self.bytes(vectors["session"]?.array?[1]))
        #expect(try step(Self.states("states"), 0, adapter: vectors["adapter"]?.string) == Self.bytes(vectors["with_adapter"]?.array?[0]))
        #expect(ExpertRequest().bytes.isEmpty && vectors["end"]?.string == "")
    }

    @Test("passes without a session, byte for byte")
    func passes() async throws {
        let (vectors, recorder) = (try Self.vectors.get(), Recorder())
        let blocks = Self.blocks(recorder)
        let trace = try await blocks.forward(Self.states("states"))
        _ = try await blocks.backward(trace, Self.states("gradient"))
        // Blocks 0 and 1 are one server's, 2 and 3 another's: the vectors are of the second.
        let sent = await recorder.requests
        #expect(sent.count == 4)
        #expect(try sent[1] == Self.bytes(vectors["forward"]))
        #expect(try sent[2] == Self.bytes(vectors["backward"]))
    }

    /// Two servers that answer what they are given.
    private actor Recorder: BlockNetwork {
        var requests: [[UInt8]] = []

        func servers(of chain: ModuleChain) async -> [[PeerID: ServerInfo]] {
            chain.blocks.map { [FakeSwarm.peer($0 < 2 ? 1 : 2): ServerInfo(state: .online, throughput: 1)] }
        }

        func delay(of peer: PeerID, serving block: ModuleUID) async throws -> Double { 0.1 }

        func ask(_ peer: PeerID, _ request: ExpertRequest, for pass: BlockPassKind, limit: Int) async throws -> [SerialisedTensor] {
            requests.append(request.bytes)
            return [request.tensors[0]]
        }

        func open(_ peer: PeerID) async throws -> any InferenceLink { throw FakeSwarm.Failure() }
    }
}
