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
        var seen: [UInt64] = []
        for await event in ours.events {
            if case .received(let code, let data) = event {
                seen.append(code)
                #expect(data.count == 1 || data == large)
                if seen.count == 9 { break }
            }
        }
        #expect(seen.sorted() == [1, 3, 3, 5, 5, 7, 7, 9, 9])
        await one.stop()
        for await event in theirs.events where event == .disconnected(one.publicKey.nodeID) { break }
        #expect(await other.peers.isEmpty)
        await other.stop()
    }

    @Test("a full node, a wrong key, a handler that refuses and a place where nobody is")
    func refusals() async throws {
        let (ours, theirs) = (Recorder(), Recorder())
        let (full, place) = try await host(3, theirs) { $0.maximumPeers = 0 }
        let (one, _) = try await host(4, ours) { $0.greetingTimeout = 1 }
        await #expect(throws: RLPxHostError.self) { try await one.connect(full.publicKey, at: place) }
        let (refusing, other) = try await host(5, Recorder(refuses: true))
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

    @Test("a peer that falls silent is asked, and a living one answers")
    func watching() async throws {
        let (ours, theirs) = (Recorder(), Recorder())
        let (one, _) = try await host(7, ours) { ($0.greetingTimeout, $0.pingAfter, $0.silenceTimeout) = (0.2, 0.1, 0.6) }
        let (other, place) = try await host(8, theirs)
        let peer = try await one.connect(other.publicKey, at: place)
        // Longer than silence is borne: pings kept it.
        try await Task.sleep(for: .seconds(1.2))
        #expect(await one.peers.count == 1)
        peer.disconnect(.requested)
        for await event in ours.events where event == .disconnected(other.publicKey.nodeID) { break }
        for host in [one, other] { await host.stop() }
    }
}
