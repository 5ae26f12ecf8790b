import ContentRouting
import ContentShelves
import GossipSub
import Kademlia
import KeyValueStore
import LibP2P
import LibP2PProtocols
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import TestSupport
import Testing

@testable import ContentNetwork

@Suite("Peers that wish ill")
struct HostilePeerTests {
    private static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    private static func host(_ seed: UInt8) throws -> LibP2P.Host {
        LibP2P.Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: quiet)
    }

    /// A stream on which `bytes` were written; what the peer makes of them is its own.
    private static func send(_ bytes: [UInt8], on name: String, from attacker: LibP2P.Host, to peer: PeerID) async {
        guard let stream = try? await attacker.openStream(to: peer, [name]) else { return }
        try? await stream.write(bytes)
        stream.close()
    }

    @Test("oversize, overlong and malformed messages, floods of records, grafts and names: others are answered", .timeLimit(.minutes(2)))
    func floods() async throws {
        let folder = TemporaryFolder()
        let store = try KeyValueStore(directory: folder.path, tables: RecordShelf.tables + BlobShelf.tables)
        let network = ContentNetwork(
            .init(key: try PeerKeyPair(seed: [UInt8](repeating: 21, count: 32)), addresses: [], isSolo: true),
            records: RecordShelf(store: store, namespaces: [], limit: 100), blobs: BlobShelf(store: store, limit: 150_000),
            group: MultiThreadedEventLoopGroup.singleton, now: { 1_000_000 }, logger: Self.quiet)
        let (attacker, honest) = (try Self.host(22), try Self.host(23))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in [attacker, honest] { tasks.addTask { await host.run() } }
            tasks.addTask { await network.run() }
            let place = try await network.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            let peer = network.host.peerID
            try await attacker.connect(to: peer, at: [place])
            let names = [KademliaNode.ours, RecordExchange.name, BlobExchange.name, "/meshsub/1.2.0", "/ipfs/id/push/1.0.0"]
            let huge: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20]
            for name in names {
                for bytes in [
                    huge, [UInt8](repeating: 0xff, count: 64), VarintFrames.frame([UInt8](repeating: 0xff, count: 100)), [0x05, 1],
                ] {
                    await Self.send(bytes, on: name, from: attacker, to: peer)
                }
            }
            // Records of a namespace that nobody judges, and a public key under another's id.
            for index in 0..<200 {
                let key = Array((index % 2 == 0 ? "junk:\(index)" : "/pk/\(index)").utf8)
                let message = KademliaMessage(.putValue, key: key, record: .init(key: key, value: [UInt8](repeating: 1, count: 1000)))
                await Self.send(VarintFrames.frame(message.bytes), on: KademliaNode.ours, from: attacker, to: peer)
            }
            var rpc = GossipRPC()
            rpc.subscriptions = (0..<3000).map { .init("made-up-\($0)", true) }
            rpc.graft = (0..<1000).map { "made-up-\($0)" }
            await Self.send(VarintFrames.frame(rpc.bytes), on: "/meshsub/1.2.0", from: attacker, to: peer)

            try await honest.connect(to: peer, at: [place])
            #expect(try await honest.ping(peer).count == 1)
            let node = KademliaNode(host: honest, now: { 0 })
            try await node.add(peer, addresses: [place])
            let key = Array("/pk/".utf8) + honest.peerID.bytes
            #expect(try await node.put(key, honest.identity.publicKeyMessage) == 1)
            #expect(network.vault.memory.count == 1, "nothing of the flood is kept")
            #expect(try network.records.count() == 0)
            #expect(network.gossip.topics.isEmpty)
            tasks.cancelAll()
        }
        #expect(network.host.holdsNothing)
        store.close()
    }

    @Test("a flood of idle and half-written streams holds no more bytes than one peer's, and others are answered", .timeLimit(.minutes(1)))
    func idleStreams() async throws {
        let folder = TemporaryFolder()
        let store = try KeyValueStore(directory: folder.path, tables: RecordShelf.tables + BlobShelf.tables)
        var setting = ContentNetwork.Setting(
            key: try PeerKeyPair(seed: [UInt8](repeating: 24, count: 32)), addresses: [], isSolo: true)
        setting.resources.memoryPerPeer = 40 * Int(YamuxLimits.initialWindow)
        let network = ContentNetwork(
            setting, records: RecordShelf(store: store, namespaces: [], limit: 100), blobs: BlobShelf(store: store, limit: 150_000),
            group: MultiThreadedEventLoopGroup.singleton, now: { 1_000_000 }, logger: Self.quiet)
        let (attacker, honest) = (try Self.host(25), try Self.host(26))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in [attacker, honest] { tasks.addTask { await host.run() } }
            tasks.addTask { await network.run() }
            let place = try await network.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            let peer = network.host.peerID
            try await attacker.connect(to: peer, at: [place])
            var held: [PeerStream] = []
            for index in 0..<120 {
                guard let stream = try? await attacker.openStream(to: peer, [RecordExchange.name]) else { continue }
                // The first byte of a length, and nothing after it.
                if index % 2 == 0 { try? await stream.write([0x80]) }
                held.append(stream)
            }
            #expect(network.host.promisedBytes >= 30 * Int(YamuxLimits.initialWindow))
            #expect(network.host.promisedBytes <= setting.resources.memoryPerPeer)
            try await honest.connect(to: peer, at: [place])
            #expect(try await honest.ping(peer).count == 1)
            for stream in held { stream.reset() }
            #expect(try await attacker.ping(peer).count == 1, "who lets go is served again")
            tasks.cancelAll()
        }
        #expect(network.host.holdsNothing && network.host.promisedBytes == 0)
        store.close()
    }
}
