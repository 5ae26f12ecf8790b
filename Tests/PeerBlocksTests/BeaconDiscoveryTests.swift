import BeaconTypes
import BeaconWire
import Discovery
import DiscoveryService
import LibP2P
import LibP2PProtocols
import Multiformats
import NIOPosix
import NodeRecords
import PeerIdentity
import Primitives
import SSZ
import Synchronization
import Testing

@testable import PeerBlocks

@Suite("Beacon nodes found by their records", .timeLimit(.minutes(1)))
struct BeaconDiscoveryTests {
    /// A host in discovery, that dials whom it finds at once.
    private struct Node: Sendable {
        let host: Host
        let discovery: BeaconDiscovery
        let tcp: UInt16
        let offered: Offers

        init(
            _ seed: UInt8, _ chain: ForkDigest = digest, subnets: MetaData = .own, bootNodes: [NodeRecord] = [], port: UInt16? = 0
        ) async throws {
            let host = Host(
                identity: try Secp256k1PeerKey(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
                logger: quiet)
            self.host = host
            let place = try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            tcp = try #require(place.components[1].port)
            var settings = DiscoverySettings()
            (settings.host, settings.bootNodes) = (IPAddress("127.0.0.1"), bootNodes.map { .record($0) })
            settings.machine.searchInterval = 300
            // Machines that are busy answer late.
            (settings.machine.requestTimeout, settings.machine.handshakeTimeout) = (10_000, 10_000)
            let fork = ENRForkID(forkDigest: chain, nextForkVersion: Bytes4([5, 0, 0, 0]) ?? Bytes4(), nextForkEpoch: .max)
            let offers = Offers()
            offered = offers
            let made = BeaconDiscovery(
                host: host, fork: fork, subnets: subnets, settings: settings, port: port,
                offer: { peer, address in
                    offers.peers.withLock { $0.append(peer) }
                    _ = try? await host.connect(to: peer, at: [address])
                }, logger: quiet)
            discovery = try #require(made)
        }

        func run() async {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await host.run() }
                tasks.addTask { try? await discovery.run(tcp: tcp, on: MultiThreadedEventLoopGroup.singleton) }
            }
        }

        /// What it says of itself, once it takes part.
        func record() async throws -> NodeRecord {
            while true {
                if let record = await discovery.record { return record }
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        func waitUntilConnected(to others: Node...) async throws {
            let wanted = others.map(\.host.peerID)
            while !wanted.allSatisfy({ host.connectedPeers.contains($0) }) { try await Task.sleep(for: .milliseconds(5)) }
        }

        func waitUntilKnown(_ other: Node) async throws {
            while await discovery.records[other.host.peerID] == nil { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// Whom a node was told of, in order.
    private final class Offers: Sendable {
        let peers = Mutex<[PeerID]>([])
    }

    @Test("nodes of one chain become peers through one of them, whose record is enough; a node of another chain is left alone")
    func meeting() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            defer { tasks.cancelAll() }
            let boot = try await Node(1)
            tasks.addTask { await boot.run() }
            let record = try await boot.record()
            let stranger = try await Node(2, foreign, bootNodes: [record])
            tasks.addTask { await stranger.run() }
            try await boot.waitUntilKnown(stranger)
            let (one, two) = (try await Node(3, bootNodes: [record]), try await Node(4, bootNodes: [record]))
            for node in [one, two] { tasks.addTask { await node.run() } }
            try await one.waitUntilConnected(to: boot, two)
            try await two.waitUntilConnected(to: boot)
            // All know the stranger by now, and whoever comes later is told of after it.
            for node in [one, two] { try await node.waitUntilKnown(stranger) }
            let late = try await Node(5, bootNodes: [record])
            tasks.addTask { await late.run() }
            for node in [boot, one, two] { try await node.waitUntilConnected(to: late) }
            for node in [boot, one, two, late] {
                #expect(!node.offered.peers.withLock { $0.contains(stranger.host.peerID) })
                #expect(!node.host.connectedPeers.contains(stranger.host.peerID))
            }
            #expect(stranger.offered.peers.withLock { $0.isEmpty })
        }
    }

    @Test("a node's record says its chain, its subnets, its ports, and by its key its peer id")
    func record() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            defer { tasks.cancelAll() }
            var subnets = MetaData()
            (subnets.sequenceNumber, subnets.attnets[1], subnets.attnets[8], subnets.syncnets[2]) = (7, true, true, true)
            let node = try await Node(6, subnets: subnets)
            tasks.addTask { await node.run() }
            let record = try await NodeRecord(text: node.record().text)
            #expect(RemotePublicKey(record.publicKey).peerID == node.host.peerID)
            #expect(record.tcpEndpoint.map { "\($0)" } == "127.0.0.1:\(node.tcp)" && record.udp != nil)
            // The digest, the version that holds, no epoch of another: SSZ, little-endian.
            #expect(record.eth2?.ssz == digest.bytes + [5, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8))
            #expect(record.attestationSubnets?.bytes == [2, 1, 0, 0, 0, 0, 0, 0] && record.syncSubnets == 4)
            #expect(record.keys == ["attnets", "eth2", "id", "ip", "secp256k1", "syncnets", "tcp", "udp"])
        }
    }

    @Test("a port that is taken is given way to, unless it was named; another kind of key has no record")
    func ports() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            defer { tasks.cancelAll() }
            let first = try await Node(7)
            tasks.addTask { await first.run() }
            let taken = try #require(try await first.record().udp)
            let named = try await Node(8, port: taken)
            await #expect(throws: DiscoveryServiceError.self) {
                try await named.discovery.run(tcp: named.tcp, on: MultiThreadedEventLoopGroup.singleton)
            }
            let unnamed = try await Node(9, port: nil)
            // As if its host listened at the same number.
            tasks.addTask { try? await unnamed.discovery.run(tcp: taken, on: MultiThreadedEventLoopGroup.singleton) }
            let record = try await unnamed.record()
            #expect(record.tcp == taken && record.udp != taken && record.udp != nil)
            let fork = ENRForkID(forkDigest: digest, nextForkVersion: Bytes4(), nextForkEpoch: .max)
            let ofEd25519 = BeaconDiscovery(
                host: try host(10), fork: fork, subnets: .own, settings: DiscoverySettings(), port: nil, logger: quiet)
            #expect(ofEd25519 == nil)
        }
    }
}
