import BeaconTypes
import BeaconWire
import LibP2P
import Multiformats
import NIOCore
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import Synchronization
import Testing

@testable import PeerBlocks

private func source(_ client: Host, _ server: Host) -> PeerBlockSource {
    PeerBlockSource(server.peerID, requests: PeerRequests(client), agreement: Given(blocks: []).agreement())
}

@Suite("Requests of the consensus network", .timeLimit(.minutes(1)))
struct PeerBlocksTests {
    @Test("Status, ranges, roots and states come over a connection as the chain has them")
    func answers() async throws {
        try await with { client, server in
            let all = blocks(40)
            let held = all.filter { $0.message.slot != 7 }
            RequestServer.serve(server, Given(blocks: held))
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
        }
    }

    @Test("Pings, metadata and light clients' updates")
    func others() async throws {
        try await with { client, server in
            RequestServer.serve(server, Given(blocks: blocks(3)))
            let (requests, peer) = (PeerRequests(client), server.peerID)
            #expect(try await requests.ping(peer, number: 5) == 1)
            #expect(try await requests.metadata(of: peer) == .own)
            #expect(try await requests.lightClientBootstrap(.filled(1), of: peer) == LightClientBootstrap(default: .pol))
            await #expect(throws: RequestError.refused(code: 3, message: "not held here")) {
                try await requests.lightClientBootstrap(.filled(2), of: peer)
            }
            let updates = try await requests.lightClientUpdates(from: 1, count: 100, of: peer)
            #expect(updates.map { $0.signatureSlot } == [1, 2])
            #expect(try await requests.lightClientFinalityUpdate(of: peer) == LightClientFinalityUpdate(default: .pol))
            await #expect(throws: RequestError.self) { try await requests.lightClientOptimisticUpdate(of: peer) }
        }
    }

    @Test("Whoever follows another chain is let go of, by its fork or by what is final there")
    func otherChains() async throws {
        try await with { client, server in
            let verdicts = Verdicts()
            RequestServer.serve(server, Given(blocks: blocks(3)), foreign, verdicts: verdicts)
            await #expect(throws: RequestError.self) { try await source(client, server).status() }
            while verdicts.parted.withLock({ $0[client.peerID] }) == nil { await Task.yield() }
            #expect(verdicts.parted.withLock { $0[client.peerID] } == .irrelevantNetwork)

            let other = Verdicts()
            RequestServer.serve(server, Given(blocks: blocks(3)), verdicts: other) { $0.root == .filled(4) }
            _ = try await source(client, server).status()
            while other.parted.withLock({ $0[client.peerID] }) == nil { await Task.yield() }
        }
    }

    @Test("A goodbye is taken, and its sender let go of")
    func goodbye() async throws {
        try await with { client, server in
            let verdicts = Verdicts()
            RequestServer.serve(server, Given(blocks: blocks(3)), verdicts: verdicts)
            try await PeerRequests(client).goodbye(.fault, to: server.peerID)
            while verdicts.parted.withLock({ $0[client.peerID] }) == nil { await Task.yield() }
            #expect(verdicts.parted.withLock { $0[client.peerID] } == .fault)
            // To go is no fault.
            #expect(verdicts.blamed.withLock { $0.isEmpty })
        }
    }

    @Test("A peer that must go is told so once, though both sides of a node find it at one time")
    func oneGoodbye() async throws {
        try await with { client, server in
            let (told, release) = AsyncStream.makeStream(of: Void.self)
            let count = Mutex(0)
            server.handle(RequestProtocol.goodbye.id) { stream in
                count.withLock { $0 += 1 }
                for await _ in told {}
                while try await stream.read() != nil {}
            }
            let verdicts = Verdicts()
            let partings = PeerPartings(PeerRequests(client), part: verdicts.part)
            let first = Task { await partings.leave(server.peerID, .irrelevantNetwork) }
            while count.withLock({ $0 }) == 0 { await Task.yield() }
            // The first is still about it.
            await partings.leave(server.peerID, .irrelevantNetwork)
            #expect(verdicts.parted.withLock { $0.isEmpty })
            release.finish()
            await first.value
            #expect(verdicts.parted.withLock { $0 } == [server.peerID: .irrelevantNetwork])
            #expect(count.withLock { $0 } == 1)
            // Who comes again is told again.
            await partings.leave(server.peerID, .irrelevantNetwork)
            #expect(count.withLock { $0 } == 2)
        }
    }

    @Test("A node that stops tells all its peers, and waits for none that does not listen")
    func farewell() async throws {
        let (own, friend, deaf, verdicts) = (try host(1), try host(2), try host(3), Verdicts())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in [own, friend, deaf] { tasks.addTask { await host.run() } }
            defer { tasks.cancelAll() }
            RequestServer.serve(friend, Given(blocks: blocks(3)), verdicts: verdicts)
            let heard = Mutex(false)
            deaf.handle(RequestProtocol.goodbye.id) { stream in
                heard.withLock { $0 = true }
                try await Task.sleep(for: .seconds(600))
                _ = stream
            }
            let events = own.events()
            for peer in [friend, deaf] {
                try await own.connect(to: peer.peerID, at: [try await peer.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))])
            }
            var identified = 0
            for await event in events {
                if case .identified = event { identified += 1 }
                if identified == 2 { break }
            }
            // It ends, long before the deaf one would let it.
            await PeerRequests(own).farewell(.shutdown, within: .milliseconds(300))
            while verdicts.parted.withLock({ $0[own.peerID] }) == nil || !heard.withLock({ $0 }) { await Task.yield() }
            #expect(verdicts.parted.withLock { $0 } == [own.peerID: .shutdown])
            #expect(verdicts.blamed.withLock { $0.isEmpty })
        }
    }

    @Test("Questions that are none are told so and blamed, and others are answered after them")
    func badQuestions() async throws {
        try await with { client, server in
            let verdicts = Verdicts()
            RequestServer.serve(server, Given(blocks: blocks(3)), verdicts: verdicts)
            let range = RequestProtocol.beaconBlocksByRange
            let questions: [(RequestProtocol, [UInt8])] = [
                (range, [0]), (range, [25]), (range, [24, 0xff]), (range, RequestFrames.payload([UInt8](repeating: 0, count: 24))),
                (range, RequestFrames.payload(BlocksByRangeRequest(startSlot: .max, count: 4).serialize(.pol))),
                (.beaconBlocksByRoot, RequestFrames.payload([UInt8](repeating: 0, count: 33))),
                (.beaconBlocksByRoot, [0x81, 0x20]), (.status, RequestFrames.payload([1])), (range, []),
                (.lightClientUpdatesByRange, RequestFrames.payload([UInt8](repeating: 0, count: 16))),
            ]
            for (name, bytes) in questions {
                let stream = try await client.openStream(to: server.peerID, [name.id])
                try? await stream.write(bytes)
                stream.closeWrite()
                var reader = ResponseReader(allowed: 1...100, context: nil)
                while let more = try await stream.read() { reader.feed(Array(more.readableBytesView)) }
                guard case .failure(1, _) = try reader.next() else {
                    Issue.record("\(name) \(bytes.count) bytes")
                    continue
                }
            }
            #expect(verdicts.blamed.withLock { $0.count } == questions.count)
            #expect(try await source(client, server).status().headSlot == 3)
        }
    }

    @Test("Of one peer a few questions are taken up at once, and more once those are answered")
    func manyQuestions() async throws {
        try await with { client, server in
            RequestServer.serve(server, Given(blocks: blocks(3)))
            // Questions that are never put.
            var open: [PeerStream] = []
            for _ in 0..<ServerLoad.perPeer { open.append(try await client.openStream(to: server.peerID, [RequestProtocol.status.id])) }
            await #expect(throws: (any Error).self) { try await source(client, server).status() }
            for stream in open { stream.reset() }
            while (try? await source(client, server).status()) == nil { await Task.yield() }
        }
    }

    @Test("Of one kind no more is answered than the bucket gives, whoever asks, and no more is asked")
    func quota() async throws {
        try await with { client, server in
            // Time stands still: no bucket is filled again.
            func still() -> RequestBudget { RequestBudget(patience: .zero) { 0 } }
            func asking(_ budget: RequestBudget) -> PeerRequests {
                PeerRequests(host: client, forkDigest: digest, spec: .pol, budget: budget)
            }
            RequestServer.serve(server, Given(blocks: blocks(3)), budget: still())
            let impatient = asking(still())
            for _ in 0..<4 { _ = try await impatient.ping(server.peerID, number: 1) }
            await #expect(throws: RequestError.overQuota) { try await impatient.ping(server.peerID, number: 1) }
            // Who does not hold back is refused.
            await #expect(throws: RequestError.refused(code: 3, message: "asked for too much; wait a while")) {
                try await asking(still()).ping(server.peerID, number: 1)
            }
            // Another kind has a bucket of its own.
            _ = try await impatient.metadata(of: server.peerID)
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
            for name in RequestProtocol.allCases {
                server.handle(name.id) { stream in
                    while try await stream.read() != nil {}
                    try await stream.write(answer)
                }
            }
            try await body(source(client, server))
        }
    }

    @Test("Answers that are too long, too many, cut off, of another fork or no blocks are refused")
    func badAnswers() async throws {
        let chunks = blocks(4).map { RequestFrames.chunk($0.serialize(.pol), context: digest) }
        let refused: [[UInt8]] = [
            chunks.flatMap { $0 }, [0, 1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff, 0x7f], RequestFrames.chunk([1, 2, 3], context: digest),
            Array(chunks[0].dropLast()), RequestFrames.chunk(blocks(1)[0].serialize(.pol), context: foreign), [77],
            RequestFrames.failure(.serverError, "no"),
        ]
        for answer in refused {
            try await lying(answer) { source in
                await #expect(throws: RequestError.self) { try await source.blocks(in: 1..<3) }
                await #expect(throws: (any Error).self) { try await source.status() }
            }
        }
        // Nothing is an answer to a question for blocks, and none to one for the status.
        try await lying([]) { source in
            let none = try await source.blocks(in: 1..<3)
            #expect(none.isEmpty)
            await #expect(throws: RequestError.nothing) { try await source.status() }
            await #expect(throws: RequestError.nothing) { try await source.state(after: blocks(1)[0].message) }
        }
    }
}
