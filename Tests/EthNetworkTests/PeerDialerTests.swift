import Logging
import Multiformats
import NIOPosix
import NodeRecords
import Primitives
import RLPx
import RLPxHost
import Secp256k1
import Synchronization
import Testing

@testable import EthNetwork

@Suite("Whom to dial, and when", .timeLimit(.minutes(2)))
struct PeerDialerTests {
    /// A clock that is turned by hand.
    final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func turn(_ seconds: Double) { time.withLock { $0 += .seconds(seconds) } }
    }

    /// Does nothing with its peers, or wants none.
    struct Quiet: RLPxPeerHandler {
        var refuses = false
        func connected(_ peer: RLPxPeer) throws { if refuses { throw RLPxHostError.refused(.uselessPeer) } }
        func received(_ code: UInt64, of capability: Capability, data: [UInt8], from peer: RLPxPeer) {}
        func disconnected(_ peer: RLPxPeer) {}
    }

    let clock = Clock()
    let group = MultiThreadedEventLoopGroup.singleton

    private func key(_ number: UInt8) throws -> Secp256k1PrivateKey { try Secp256k1PrivateKey(Keccak256.hash([0xd1, number])) }

    private func host(_ number: UInt8, refuses: Bool = false) async throws -> (host: RLPxHost, endpoint: NodeEndpoint) {
        var settings = RLPxHostSettings(offered: [OfferedCapability(Capability("quiet", 1), messages: 1)])
        // Machines that are busy greet late; who waits too long is a test of its own.
        settings.greetingTimeout = 3_600
        (settings.host, settings.port) = (IPAddress("127.0.0.1"), 0)
        let host = RLPxHost(key: try key(number), settings: settings, handler: Quiet(refuses: refuses), logger: Logger(label: "test"))
        let port = try await host.start(on: group)
        return (host, NodeEndpoint(address: try #require(IPAddress("127.0.0.1")), port: port))
    }

    private func dialer(_ host: RLPxHost, wanted: Int = 4) -> PeerDialer {
        PeerDialer(host: host, wanted: wanted, now: { [clock] in clock.now }, logger: Logger(label: "test"))
    }

    private func dial(_ dialer: PeerDialer) async {
        await dialer.dialDue()
        for dial in await dialer.dials.values { await dial.value }
    }

    private func boot(_ key: Secp256k1PublicKey, _ endpoint: NodeEndpoint) throws -> BootNode {
        try BootNode("\(EnodeURL(publicKey: key, host: "\(endpoint.address)", tcp: endpoint.port, udp: endpoint.port))")
    }

    @Test("found nodes are remembered up to a number, each once, and not those that the operator dropped")
    func offers() async throws {
        let (own, endpoint) = try await host(1)
        let dialer = dialer(own)
        await dialer.offer(own.publicKey, at: endpoint)
        #expect(await dialer.candidates.isEmpty)
        let unwanted = try key(2).publicKey
        let node = try boot(unwanted, endpoint)
        #expect(await dialer.keep(node))
        await dialer.drop(node)
        await dialer.offer(unwanted, at: endpoint)
        #expect(await dialer.candidates.isEmpty)
        for number in 0..<300 {
            let key = try Secp256k1PrivateKey(Keccak256.hash([0xd2, UInt8(number / 256), UInt8(number % 256)])).publicKey
            for _ in 0..<2 { await dialer.offer(key, at: endpoint) }
        }
        #expect(await dialer.candidates.count == PeerDialer.capacity)
        // The operator's has a place beyond.
        #expect(await dialer.keep(node))
        #expect(await dialer.candidates[unwanted.nodeID]?.isKept == true)
        await own.stop()
    }

    @Test("who is not reached is tried less and less often, and forgotten unless the operator named it")
    func patience() async throws {
        let (gone, nowhere) = try await host(3)
        await gone.stop()
        let (own, _) = try await host(4)
        let dialer = dialer(own)
        let (found, named) = (try key(5).publicKey, try key(6).publicKey)
        await dialer.offer(found, at: nowhere)
        #expect(await dialer.keep(try boot(named, nowhere)))
        for failures in 1...5 {
            await dial(dialer)
            #expect(await dialer.candidates[named.nodeID]?.failures == failures)
            #expect(await dialer.candidates[found.nodeID]?.failures == (failures < PeerDialer.patience ? failures : nil))
            // Not yet.
            clock.turn(5 * Double(1 << (failures - 1)) - 0.1)
            await dial(dialer)
            #expect(await dialer.candidates[named.nodeID]?.failures == failures)
            clock.turn(5 * Double(1 << failures))
        }
        // Named anew, it is dialled at once.
        #expect(await dialer.keep(try boot(named, nowhere)))
        await dial(dialer)
        #expect(await dialer.candidates[named.nodeID]?.failures == 1)
        await own.stop()
    }

    @Test("a connection that ends at once is a failure, one that has lasted is none", arguments: [true, false])
    func lasting(refuses: Bool) async throws {
        let (own, _) = try await host(7)
        let (other, endpoint) = try await host(8, refuses: refuses)
        let dialer = dialer(own)
        let id = other.publicKey.nodeID
        await dialer.offer(other.publicKey, at: endpoint)
        await dial(dialer)
        #expect(await dialer.candidates[id]?.connectedSince == clock.now)
        if !refuses {
            clock.turn(61)
            await other.stop()
        }
        while await !own.peers.isEmpty { await Task.yield() }
        clock.turn(1)
        await dial(dialer)
        #expect(await dialer.candidates[id]?.failures == (refuses ? 1 : 0))
        #expect(await dialer.candidates[id]?.connectedSince == nil)
        for host in [own, other] { await host.stop() }
    }

    @Test("peers that dialled take no place of those that are to be dialled")
    func places() async throws {
        let (own, place) = try await host(9)
        let (guest, _) = try await host(10)
        let (chosen, endpoint) = try await host(11)
        try await guest.connect(own.publicKey, at: place)
        while await own.peers.isEmpty { await Task.yield() }
        let dialer = dialer(own, wanted: 1)
        await dialer.offer(chosen.publicKey, at: endpoint)
        await dial(dialer)
        #expect(await own.peers.count == 2)
        for host in [own, guest, chosen] { await host.stop() }
    }
}
