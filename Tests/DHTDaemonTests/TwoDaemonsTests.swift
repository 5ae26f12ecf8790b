import TestSupport
import ContentNetwork
import ContentRouting
import Foundation
import BeaconTypes
import Kademlia
import LibP2P
import KeyValueStore
import Logging
import Multiformats
import NIOPosix
import AckRecords
import PeerIdentity
import Primitives
import ServiceInterfaces
import Testing

@testable import DHTDaemon

@Suite("Two daemons")
struct TwoDaemonsTests {
    private static func daemon(
        _ fixture: Fixture, _ seed: UInt8, bootstrap: [Multiaddr] = []
    ) throws -> (DHTDaemon, ContentNetwork, KeyValueStore) {
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        let folder = fixture.directory + "-\(seed)"
        let store = try KeyValueStore(directory: folder, tables: DHTDaemon.tables, options: options)
        let keys = fixture.secrets.map(\.publicKey.bytes)
        let validator = AckRecordValidator(spec: .pol, domain: fixture.domain) { index in index < 3 ? keys[Int(index)] : nil }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (daemon, network) = DHTDaemon.networked(
            store: store, namespaces: [RecordNamespace(AckRecordEnvelope.namespace, validator)],
            network: .init(key: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), addresses: [], bootstrap: bootstrap),
            group: MultiThreadedEventLoopGroup.singleton, peerCache: PeerCacheFile(path: "\(folder)/peers"),
            now: { [clock = fixture.clock] in clock.now }, logger: logger)
        return (daemon, network, store)
    }

    @Test("each shows the other; a vote and a file stored by one are fetched and verified by the other", .timeLimit(.minutes(2)))
    func exchange() async throws {
        let fixture = try Fixture()
        let (one, oneNetwork, oneStore) = try Self.daemon(fixture, 11)
        defer { for seed in [11, 12] { try? FileManager.default.removeItem(atPath: fixture.directory + "-\(seed)") } }
        var cached = ""
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await one.run() }
            let place = try await oneNetwork.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            let (two, twoNetwork, twoStore) = try Self.daemon(fixture, 12, bootstrap: [place])
            try await twoNetwork.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            tasks.addTask { await two.run() }
            while oneNetwork.node.tableSize + twoNetwork.node.tableSize < 2 { try await Task.sleep(for: .milliseconds(20)) }
            let (first, second) = (await one.listing(), await two.listing())
            #expect(first.peers.map(\.id) == [second.own.id] && second.peers.map(\.id) == [first.own.id])
            #expect(first.peers.first?.direction == "inbound" && second.peers.first?.agent == "polai")

            let votes = try (0..<3).map { try fixture.record(validator: $0) }
            for vote in votes { try await one.put(vote) }
            let found = try await two.get(votes.map(\.key))
            #expect(Set(found.values.map(\.value)) == Set(votes.map(\.value)))
            let forged = DHTRecord(key: votes[0].key, value: votes[1].value, expires: votes[0].expires)
            await #expect(throws: RoutingError.self) { try await two.put(forged) }
            #expect(try await two.record(String(decoding: votes[0].key.bytes, as: UTF8.self))?.value == votes[0].value)

            let file = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let id = try await two.publish(file)
            #expect(try await one.fetch(id) == file)
            cached = oneNetwork.cacheablePeers().joined()
            #expect(cached.contains("/p2p/\(second.own.id)"))
            tasks.cancelAll()
            try await tasks.waitForAll()
            twoStore.close()
        }
        oneStore.close()
        // What was written at the end names the other for the next start.
        let kept = PeerCacheFile(path: fixture.directory + "-11/peers").read()
        #expect(!kept.isEmpty)
    }
}
