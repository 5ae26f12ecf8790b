import Logging
import Multiformats
import NIOCore
import NIOPosix
import NodeRecords
import Primitives
import RLPx
import Secp256k1
import Testing

@testable import RLPxHost

/// Tells what happens as a stream.
final class Recorder: RLPxPeerHandler {
    enum Event: Sendable, Equatable {
        case connected(NodeID)
        case received(UInt64, [UInt8])
        case disconnected(NodeID)
    }

    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    let refuses: Bool

    init(refuses: Bool = false) {
        self.refuses = refuses
        (events, continuation) = AsyncStream.makeStream()
    }

    func connected(_ peer: RLPxPeer) async throws {
        if refuses { throw RLPxHostError.refused(.uselessPeer) }
        continuation.yield(.connected(peer.nodeID))
    }

    func received(_ code: UInt64, of capability: Capability, data: [UInt8], from peer: RLPxPeer) async throws {
        continuation.yield(.received(code, data))
        // An echo one number higher, up to 9.
        if code < 9 { peer.send(code + 1, of: capability.name, data: data) }
    }

    func disconnected(_ peer: RLPxPeer) async { continuation.yield(.disconnected(peer.nodeID)) }
}

@Suite("devp2p over TCP", .timeLimit(.minutes(2)))
struct RLPxHostTests {
    let group = MultiThreadedEventLoopGroup.singleton

    private func host(
        _ number: UInt8, _ recorder: Recorder, change: (inout RLPxHostSettings) -> Void = { _ in }
    ) async throws -> (host: RLPxHost, endpoint: NodeEndpoint) {
        var settings = RLPxHostSettings(offered: [OfferedCapability(Capability("echo", 1), messages: 10)])
        // Machines that are busy greet late; who waits too long is a test of its own.
        settings.greetingTimeout = 3_600
        (settings.host, settings.port) = (IPAddress("127.0.0.1"), 0)
        change(&settings)
        let key = try Secp256k1PrivateKey(Keccak256.hash([number]))
        let host = RLPxHost(key: key, settings: settings, handler: recorder, logger: Logger(label: "test"))
        let port = try await host.start(on: group)
        return (host, NodeEndpoint(address: try #require(IPAddress("127.0.0.1")), port: port))
    }

    @Test("two nodes connect, exchange messages in order and part")
    func exchange() async throws {
        let (ours, theirs) = (Recorder(), Recorder())
        let (one, _) = try await host(1, ours)
        let (other, place) = try await host(2, theirs)
        let peer = try await one.connect(other.publicKey, at: place)
        #expect(peer.capabilities == [Capability("echo", 1)] && !peer.isInbound)
        #expect(try await one.connect(other.publicKey, at: place) === peer)
        let large = [UInt8](repeating: 7, count: 1_000_000)
        for code: UInt64 in [0, 2] { peer.send(code, of: "echo", data: code == 0 ? [1] : large) }
        var seen: [Int: [UInt64]] = [:]
        for await event in ours.events {
            if case .received(let code, let data) = event {
                #expect(data.count == 1 || data == large)
                seen[data.count, default: []].append(code)
                if seen.values.reduce(0, { $0 + $1.count }) == 9 { break }
            }
        }
        // Each was answered before the next was sent.
        #expect(seen == [1: [1, 3, 5, 7, 9], large.count: [3, 5, 7, 9]])
        await one.stop()
        for await event in theirs.events where event == .disconnected(one.publicKey.nodeID) { break }
        #expect(await other.peers.isEmpty)
        await other.stop()
    }

    /// What `body` fails with.
    private func failure(_ body: () async throws(RLPxHostError) -> RLPxPeer) async -> RLPxHostError? {
        do throws(RLPxHostError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test("a handler that refuses says why, whoever dialled")
    func refusingHandler() async throws {
        let ours = Recorder()
        let (one, place) = try await host(20, ours)
        let (refusing, other) = try await host(21, Recorder(refuses: true))
        // Who dials has the hello before the refusal.
        let peer = try await one.connect(refusing.publicKey, at: other)
        for await event in ours.events where event == .disconnected(peer.nodeID) { break }
        guard case .protocolError(.disconnected(.uselessPeer))? = peer.link.failure else {
            Issue.record("\(String(describing: peer.link.failure))")
            return
        }
        guard
            case .refused(.uselessPeer)? = await failure({ () async throws(RLPxHostError) in
                try await refusing.connect(one.publicKey, at: place)
            })
        else {
            Issue.record("not refused")
            return
        }
        for host in [one, refusing] { await host.stop() }
    }

    @Test("places for peers that dial are bounded apart from all, and who closes without a word is lost")
    func inbound() async throws {
        let theirs = Recorder()
        let (full, place) = try await host(22, theirs) { $0.maximumInbound = 1 }
        let (first, ours) = (try await host(23, Recorder()), Recorder())
        let (second, end) = try await host(24, ours)
        let peer = try await first.host.connect(full.publicKey, at: place)
        // It has the hello of whom it dialled, which may not have its own yet.
        while await full.peers.isEmpty { await Task.yield() }
        // It hangs up at once.
        let refusal = await failure { () async throws(RLPxHostError) in try await second.connect(full.publicKey, at: place) }
        guard case .lost? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        // There is room for those that it dials.
        let dialled = try await full.connect(second.publicKey, at: end)
        #expect(await full.peers.count == 2 && !dialled.isInbound)
        peer.link.channel.close(promise: nil)
        for await event in theirs.events where event == .disconnected(first.host.publicKey.nodeID) { break }
        #expect(await full.peers.count == 1)
        for host in [full, first.host, second] { await host.stop() }
    }

    @Test("who dials and says nothing does not keep this node from dialling")
    func greetings() async throws {
        let (one, place) = try await host(25, Recorder()) { settings in (settings.maximumGreeting, settings.greetingTimeout) = (1, 60) }
        let (other, end) = try await host(26, Recorder())
        let mute = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: Int(place.port)).get()
        while await one.links.isEmpty { await Task.yield() }
        // One more is hung up on.
        let late = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: Int(place.port)).get()
        try await late.closeFuture.get()
        let peer = try await one.connect(other.publicKey, at: end)
        #expect(peer.nodeID == other.publicKey.nodeID)
        try await mute.close()
        for host in [one, other] { await host.stop() }
    }

    @Test("two nodes that dial each other keep one connection, the same on both sides")
    func crossing() async throws {
        let (one, place) = try await host(27, Recorder())
        let (other, end) = try await host(28, Recorder())
        async let there = one.connect(other.publicKey, at: end)
        async let back = other.connect(one.publicKey, at: place)
        _ = try await (there, back)
        // The connection that is not kept ends in its own time.
        for host in [one, other] {
            while true {
                let (links, peers) = (await host.links.count, await host.peers.count)
                if links == 1, peers == 1 { break }
                await Task.yield()
            }
        }
        let (ours, theirs) = (await one.peers, await other.peers)
        #expect(ours.count == 1 && theirs.count == 1 && ours.first?.isInbound != theirs.first?.isInbound)
        for host in [one, other] { await host.stop() }
    }

    @Test("a full node, a wrong key, this node itself and a place where nobody is")
    func refusals() async throws {
        let (ours, theirs) = (Recorder(), Recorder())
        let (full, place) = try await host(3, theirs) { $0.maximumPeers = 0 }
        let (one, _) = try await host(4, ours) { $0.greetingTimeout = 1 }
        await #expect(throws: RLPxHostError.self) { try await one.connect(full.publicKey, at: place) }
        let (refusing, other) = try await host(5, Recorder())
        let stranger = try Secp256k1PrivateKey(Keccak256.hash([99])).publicKey
        await #expect(throws: RLPxHostError.self) { try await one.connect(stranger, at: other) }
        await #expect(throws: RLPxHostError.self) { try await one.connect(one.publicKey, at: other) }
        await refusing.stop()
        await #expect(throws: RLPxHostError.self) { try await one.connect(refusing.publicKey, at: other) }
        #expect(await one.peers.isEmpty)
        for host in [full, one] { await host.stop() }
        await #expect(throws: RLPxHostError.self) { try await one.connect(full.publicKey, at: place) }
    }

    @Test("who connects and says nothing, or nonsense, is hung up on")
    func silence() async throws {
        let (one, place) = try await host(6, Recorder()) { $0.greetingTimeout = 0.2 }
        for bytes in [[], [UInt8](repeating: 0xff, count: 400), [1, 200] + [UInt8](repeating: 1, count: 500)] as [[UInt8]] {
            let channel = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: Int(place.port)).get()
            if !bytes.isEmpty { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
            try await channel.closeFuture.get()
        }
        #expect(await one.peers.isEmpty)
        await one.stop()
    }

    @Test("a silent peer is asked: who answers stays, who does not is given up")
    func watching() async throws {
        let ours = Recorder()
        // Its own watch sleeps; the test looks in its place.
        let (one, place) = try await host(7, ours) { settings in
            (settings.greetingTimeout, settings.pingAfter, settings.silenceTimeout) = (3_600, 3_600, 3_600)
        }
        let key = try Secp256k1PrivateKey(Keccak256.hash([8]))
        let offered = OfferedCapability(Capability("echo", 1), messages: 10)
        let connection = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: Int(place.port)) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        try await connection.executeThenClose { inbound, outbound in
            var generator = SystemRandomNumberGenerator()
            var peer = try RLPxConnection(
                dialing: one.publicKey, by: key, offering: [offered], clientID: "by hand", secrets: HandshakeSecrets(using: &generator))
            var (arrivals, events) = (inbound.makeAsyncIterator(), ours.events.makeAsyncIterator())
            try await outbound.write(ByteBuffer(bytes: peer.takeOutput()))
            while !peer.isOpen {
                let arrived = try await arrivals.next()
                let bytes = try #require(arrived)
                _ = peer.receive(bytes.readableBytesView)
            }
            try await outbound.write(ByteBuffer(bytes: peer.takeOutput()))
            let greeted = await events.next()
            #expect(greeted == .connected(key.publicKey.nodeID))
            let peers = await one.peers
            let link = try #require(peers.first?.link)

            for round in UInt8(1)...2 {
                link.watch(pingAfter: .zero, silenceTimeout: .seconds(3_600))
                // Only a ping makes the peer answer anything.
                var answer: [UInt8] = []
                while answer.isEmpty {
                    let arrived = try await arrivals.next()
                    let bytes = try #require(arrived)
                    _ = peer.receive(bytes.readableBytesView)
                    answer = peer.takeOutput()
                }
                guard round == 1 else { break }
                // The message behind the pong says that it was read.
                try peer.send(9, of: "echo", data: [round])
                try await outbound.write(ByteBuffer(bytes: answer + peer.takeOutput()))
                let heard = await events.next()
                #expect(heard == .received(9, [round]))
            }

            // The second ping stays without its answer.
            link.watch(pingAfter: .zero, silenceTimeout: .zero)
            while peer.failure == nil, let bytes = try await arrivals.next() { _ = peer.receive(bytes.readableBytesView) }
            #expect(peer.failure == .disconnected(.pingTimeout))
            let last = await events.next()
            #expect(last == .disconnected(key.publicKey.nodeID))
        }
        await one.stop()
    }
}
