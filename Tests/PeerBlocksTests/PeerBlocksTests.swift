import BeaconTypes
import LibP2P
import LibP2PProtocols
import Multiformats
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import Testing

@testable import PeerBlocks

/// Runs `body` with a client's host, connected with a server's.
private func with(_ body: @escaping @Sendable (_ client: Host, _ server: Host) async throws -> Void) async throws {
    let (client, server) = (try host(1), try host(2))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        for host in [client, server] { tasks.addTask { await host.run() } }
        defer { tasks.cancelAll() }
        let place = try await server.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
        try await client.connect(to: server.peerID, at: [place])
        try await body(client, server)
    }
}

private func source(_ client: Host, _ server: Host, _ name: Root = chain) -> PeerBlockSource {
    PeerBlockSource(server.peerID, host: client, chain: name, spec: .pol)
}

@Suite("Blocks of peers", .timeLimit(.minutes(1)))
struct PeerBlocksTests {
    @Test("Status, ranges, roots and states come over a connection as the chain has them")
    func answers() async throws {
        try await with { client, server in
            let all = blocks(40)
            let held = all.filter { $0.message.slot != 7 }
            BlockServer.serve(server, chain: chain, from: Given(blocks: held), spec: .pol)
            let source = source(client, server)
            #expect(source.name == server.peerID.description)
            let status = try await source.status()
            #expect(status == Given(blocks: held).status())
            #expect(try await source.blocks(in: 1..<33) == Array(held.prefix(31)))
            #expect(try await source.blocks(in: 30..<10_000).last?.message.slot == 40)
            #expect(try await source.blocks(in: 50..<60).isEmpty)
            #expect(try await source.blocks(in: 5..<5).isEmpty)
            let root = all[6].message.hashTreeRoot(.pol)
            #expect(try await source.blocks(roots: [root, all[3].message.hashTreeRoot(.pol)]) == [all[3]])
            #expect(try await source.finalizedState() == BeaconState(default: .pol))
        }
    }

    @Test("A node of another chain is not asked, and gives nothing")
    func otherChain() async throws {
        try await with { client, server in
            BlockServer.serve(server, chain: .filled(8), from: Given(blocks: blocks(3)), spec: .pol)
            await #expect(throws: (any Error).self) { try await source(client, server).status() }
        }
    }

    @Test("Questions that are none end their stream, and others are answered after them")
    func badQuestions() async throws {
        try await with { client, server in
            BlockServer.serve(server, chain: chain, from: Given(blocks: blocks(3)), spec: .pol)
            var tooMany = ProtobufWriter()
            tooMany.varint(1, 2)
            for _ in 0..<129 { tooMany.bytes(4, Root.filled(1).bytes) }
            var endless = ProtobufWriter()
            endless.varint(1, 1)
            endless.varint(2, .max)
            endless.varint(3, 128)
            var wide = ProtobufWriter()
            wide.varint(1, 1)
            wide.varint(2, 1)
            wide.varint(3, 129)
            let questions: [[UInt8]] = [
                VarintFrames.frame([]), VarintFrames.frame([0xff, 0xff]), [0xff, 0xff, 0xff, 0x7f], VarintFrames.frame(tooMany.bytes),
                VarintFrames.frame(endless.bytes), VarintFrames.frame(wide.bytes), [0x05, 0x08],
            ]
            for bytes in questions {
                let stream = try await client.openStream(to: server.peerID, [BlockRequest.name(of: chain)])
                try? await stream.write(bytes)
                stream.closeWrite()
                await #expect(throws: (any Error).self) { while try await stream.read() != nil {} }
            }
            #expect(try await source(client, server).status().headSlot == 3)
        }
    }

    @Test("Of one peer a few questions are taken up at once, and more once those are answered")
    func manyQuestions() async throws {
        try await with { client, server in
            BlockServer.serve(server, chain: chain, from: Given(blocks: blocks(3)), spec: .pol)
            // Questions that are never put.
            var open: [PeerStream] = []
            for _ in 0..<ServerLoad.perPeer { open.append(try await client.openStream(to: server.peerID, [BlockRequest.name(of: chain)])) }
            await #expect(throws: (any Error).self) { try await source(client, server).status() }
            for stream in open { stream.reset() }
            while (try? await source(client, server).status()) == nil { await Task.yield() }
        }
    }

    @Test("What a chain begins with is given to whoever asks, and nothing that is too long is taken")
    func genesis() async throws {
        try await with { client, server in
            GenesisExchange.serve(server, [7, 8, 9])
            let told = try await GenesisExchange.fetch(from: server.peerID, over: client)
            #expect(told == [7, 8, 9])
            GenesisExchange.serve(server, [UInt8](repeating: 1, count: GenesisExchange.limit + 1))
            await #expect(throws: (any Error).self) { try await GenesisExchange.fetch(from: server.peerID, over: client) }
            server.handle(GenesisExchange.name) { _ in }
            await #expect(throws: (any Error).self) { try await GenesisExchange.fetch(from: server.peerID, over: client) }
        }
    }

    /// A server that answers every question with these bytes.
    private func lying(_ answer: [UInt8], _ body: @escaping @Sendable (PeerBlockSource) async throws -> Void) async throws {
        try await with { client, server in
            server.handle(BlockRequest.name(of: chain)) { stream in
                var reader = StreamReader(stream)
                _ = try await reader.frame(limit: 8192)
                try await stream.write(answer)
            }
            try await body(source(client, server))
        }
    }

    @Test("Answers that are too long, too many, cut off or no blocks are refused")
    func badAnswers() async throws {
        let frames = blocks(4).map { VarintFrames.frame($0.serialize(.pol)) }
        let refused: [[UInt8]] = [
            frames.flatMap(\.self), [0xff, 0xff, 0xff, 0xff, 0x7f], VarintFrames.frame([1, 2, 3]), Array(frames[0].dropLast()),
        ]
        for answer in refused {
            try await lying(answer) { source in
                await #expect(throws: (any Error).self) { try await source.blocks(in: 1..<3) }
                await #expect(throws: (any Error).self) { try await source.status() }
            }
        }
        // Nothing is an answer to a question for blocks, and none to one for the status.
        try await lying([]) { source in
            let none = try await source.blocks(in: 1..<3)
            #expect(none.isEmpty)
            await #expect(throws: (any Error).self) { try await source.status() }
            await #expect(throws: (any Error).self) { try await source.finalizedState() }
        }
    }
}
