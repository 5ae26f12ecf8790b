import HivemindAveraging
import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import PetalsWire
import Testing
import Transformer

@testable import PetalsClient

@Suite("A swarm of hosts over loopback")
struct NetworkTests {
    static func node(_ seed: UInt8, isClient: Bool = false) throws -> HivemindNode {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let host = Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: logger)
        var setting = HivemindSetting().patient(.seconds(100))
        setting.isClient = isClient
        return HivemindNode(host: host, setting: setting, now: { 1000 }, logger: logger)
    }

    /// One server that announces blocks 0 and 1 of `model`, and a client that joined at it.
    static func swarm(_ body: (HivemindNode, HivemindNode) async throws -> Void) async throws {
        let (server, client) = (try node(1), try node(2, isClient: true))
        server.serve()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for node in [server, client] {
                tasks.addTask { await node.host.run() }
                tasks.addTask { await node.run() }
            }
            let address = try await server.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await client.join(at: Multiaddr("\(address)/p2p/\(server.host.peerID)"))
            let info = ServerInfo(state: .online, throughput: 1, blocks: 0..<2)
            for block in ModuleChain(prefix: "model", blocks: 0..<2).modules {
                let subkey = try Subkey("\(server.host.peerID)")
                _ = try await server.store(DHTID(key: block.description), subkey: subkey, info.bytes, expiration: 2000)
            }
            try await body(server, client)
            tasks.cancelAll()
        }
    }

    /// Doubles the numbers of a request's first tensor.
    static func doubled(_ request: ExpertRequest) throws -> SerialisedTensor {
        let tensor = request.tensors[0]
        return try SerialisedTensor(try tensor.numbers().map { 2 * $0 }, shape: tensor.shape)
    }

    @Test("blocks are found under their names; small passes are one message, large ones come in parts both ways", .timeLimit(.minutes(2)))
    func passes() async throws {
        try await Self.swarm { server, client in
            UnaryCalls.serve(server.host, PetalsCall.info, limits: CallLimits(requestSize: 1000)) { _, _ in
                ExpertInfo(BlockInfo(version: "2.2.0", cacheTokensAvailable: 1, schema: nil).bytes).bytes
            }
            var limits = CallLimits(requestSize: 2 << 20)
            (limits.patience, limits.arrival) = (.seconds(100), .seconds(100))
            UnaryCalls.serve(server.host, PetalsCall.forward, limits: limits) { _, request in
                ExpertResponse(tensors: [try Self.doubled(try ExpertRequest(bytes: request))]).bytes
            }
            server.host.handle(PetalsCall.forwardStream) { stream in
                var frames = StreamFrames(stream, limit: 2 << 20)
                var gathering = TensorGathering(limit: 8 << 20)
                while case .message(let bytes) = try await frames.next() {
                    for part in try ExpertRequest(bytes: bytes).tensors { try gathering.add(part) }
                }
                for part in try Self.doubled(ExpertRequest(tensors: gathering.tensors)).parts() {
                    try await stream.write(StreamFrame.message(ExpertResponse(tensors: [part]).bytes).bytes)
                }
                try await stream.write(StreamFrame.end.bytes)
            }
            var setting = RemoteBlocks.Setting(prefix: "model", blockCount: 2, width: 1024)
            setting.attempts = 1
            let blocks = RemoteBlocks(setting, network: HivemindBlockNetwork(client), now: { 0 })
            for length in [3, 300] {
                let states = try HiddenStates(
                    (0..<length * 1024).map { Float($0 % 1000) }, batch: 1, length: length, width: 1024)
                let trace = try await blocks.forward(states)
                #expect(trace.output.values == states.values.map { 2 * $0 })
            }
            let route = try await blocks.chain(0..<2)
            #expect(route.map(\.peer) == [server.host.peerID] && route.map(\.blocks) == [0..<2])
        }
    }

    @Test("a session's stream: answers, an error, one too large, garbage, silence and an end", .timeLimit(.minutes(2)))
    func sessions() async throws {
        try await Self.swarm { server, client in
            server.host.handle(PetalsCall.inference) { stream in
                var frames = StreamFrames(stream, limit: 1 << 20)
                while case .message(let bytes) = try await frames.next() {
                    let request = try ExpertRequest(bytes: bytes)
                    guard let values = try request.tensors.first?.numbers() else { return }
                    switch values.first {
                    case 1: try await stream.write(StreamFrame.failure("no room").bytes)
                    case 2: try await stream.write(StreamFrame.message([UInt8](repeating: 0, count: 200_000)).bytes)
                    case 3: try await stream.write([7, 7, 7, 7])
                    case 4: continue
                    case 5: try await stream.write(StreamFrame.end.bytes)
                    default: try await stream.write(StreamFrame.message(ExpertResponse(tensors: [try Self.doubled(request)]).bytes).bytes)
                    }
                }
            }
            func step(_ first: Float, patience: HivemindBlockNetwork.Patience = .init()) async throws -> [Float] {
                let link = try await HivemindBlockNetwork(client, patience: patience).open(server.host.peerID)
                func ask(_ first: Float) async throws -> [Float] {
                    let tensor = try SerialisedTensor([first, 8], shape: [1, 1, 2])
                    return try await link.step(ExpertRequest(uid: "model.0", tensors: [tensor]), limit: 100_000).tensors[0].numbers()
                }
                _ = try await ask(9)
                let answer = try await ask(first)
                await link.end()
                return answer
            }
            let doubled = try await step(10)
            #expect(doubled == [20, 16])
            await #expect(throws: HivemindError.remote("no room")) { try await step(1) }
            for first: Float in [2, 3, 5] { await #expect(throws: (any Error).self) { try await step(first) } }
            var short = HivemindBlockNetwork.Patience()
            short.answer = .milliseconds(300)
            let patience = short
            await #expect(throws: (any Error).self) { try await step(4, patience: patience) }
        }
    }
}
