import HivemindWire
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import Testing

@testable import HivemindRPC

@Suite("Calls over loopback")
struct UnaryCallTests {
    struct No: Error, CustomStringConvertible { var description: String { "not today" } }

    static func host(_ seed: UInt8) throws -> Host {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: logger)
    }

    @Test("an answer, an error, a request over the limit, and one who never answers", .timeLimit(.minutes(2)))
    func calls() async throws {
        let (server, client) = (try Self.host(1), try Self.host(2))
        var limits = CallLimits(requestSize: 1000)
        (limits.patience, limits.arrival) = (.seconds(100), .seconds(100))
        UnaryCalls.serve(server, "Test.rpc_reverse", limits: limits) { peer, request in
            guard peer == client.peerID else { throw No() }
            return request.reversed()
        }
        UnaryCalls.serve(server, "Test.rpc_no", limits: limits) { _, _ in throw No() }
        server.handle("Test.rpc_silence") { stream in
            while try await stream.read() != nil {}
        }
        server.handle("Test.rpc_garbage") { stream in
            _ = try await stream.read()
            try await stream.write([3, 1, 2, 3])
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await server.run() }
            tasks.addTask { await client.run() }
            let address = try await server.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await client.connect(to: server.peerID, at: [address])
            func ask(_ name: String, _ request: [UInt8], limit: Int = 2000, patience: Duration = .seconds(60)) async throws -> [UInt8] {
                try await UnaryCalls.ask(client, server.peerID, name, request, limit: limit, patience: patience)
            }
            #expect(try await ask("Test.rpc_reverse", [1, 2, 3]) == [3, 2, 1])
            #expect(try await ask("Test.rpc_reverse", []) == [])
            await #expect(throws: HivemindError.remote("not today")) { try await ask("Test.rpc_no", [1]) }
            await #expect(throws: (any Error).self) { try await ask("Test.rpc_reverse", [UInt8](repeating: 0, count: 1300)) }
            await #expect(throws: (any Error).self) { try await ask("Test.rpc_reverse", [UInt8](repeating: 0, count: 900), limit: 800) }
            await #expect(throws: (any Error).self) { try await ask("Test.rpc_silence", [1], patience: .milliseconds(50)) }
            await #expect(throws: (any Error).self) { try await ask("Test.rpc_garbage", [1]) }
            await #expect(throws: (any Error).self) { try await ask("Test.rpc_unknown", [1]) }
            #expect(try await ask("Test.rpc_reverse", [4, 5]) == [5, 4], "the connection outlives all that")
            tasks.cancelAll()
        }
    }

    @Test("who opens a call and says nothing loses its place to the next", .timeLimit(.minutes(2)))
    func silence() async throws {
        let (server, client) = (try Self.host(3), try Self.host(4))
        var limits = CallLimits(requestSize: 1000)
        (limits.atOnce, limits.patience, limits.arrival) = (1, .seconds(1000), .milliseconds(500))
        UnaryCalls.serve(server, "Test.rpc_echo", limits: limits) { _, request in request }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await server.run() }
            tasks.addTask { await client.run() }
            let address = try await server.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await client.connect(to: server.peerID, at: [address])
            let silent = try await client.openStream(to: server.peerID, ["Test.rpc_echo"])
            // The server resets it, long before its patience is at an end.
            await #expect(throws: (any Error).self) { _ = try await silent.read() }
            // On a busy machine a request may come late too.
            var answer: [UInt8]?
            for _ in 0..<20 where answer == nil {
                answer = try? await UnaryCalls.ask(client, server.peerID, "Test.rpc_echo", [7], patience: .seconds(60))
            }
            #expect(answer == [7])
            tasks.cancelAll()
        }
    }
}
