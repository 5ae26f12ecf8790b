import ContentRouting
import ContentShelves
import GossipSub
import KeyValueStore
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ContentNetwork

/// Takes values that begin with `n`; the longest is best.
private struct LengthRule: RecordValidator {
    func validate(_ record: DHTRecord, now: Double) throws {
        guard record.value.first == UInt8(ascii: "n") else { throw RoutingError.invalidRecord("it does not begin with n") }
    }

    func select(_ records: [DHTRecord]) -> Int { records.indices.max { records[$0].value.count < records[$1].value.count } ?? 0 }
}

/// A node over a database of its own.
private final class TestNode: Sendable {
    let folder = TemporaryFolder()
    let store: KeyValueStore
    let network: ContentNetwork

    init(_ seed: UInt8, bootstrap: [Multiaddr] = []) throws {
        store = try KeyValueStore(directory: folder.path, tables: RecordShelf.tables + BlobShelf.tables)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        network = ContentNetwork(
            .init(
                key: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), addresses: [], bootstrap: bootstrap,
                topics: .plain(prefix: "/test/")),
            records: RecordShelf(store: store, namespaces: [RecordNamespace("r:", LengthRule())], limit: 1000),
            blobs: BlobShelf(store: store, limit: 150_000), group: MultiThreadedEventLoopGroup.singleton, now: { 1_000_000 }, logger: logger
        )
    }
}

@Suite("Records, files and topics between nodes")
struct NetworkTests {
    @Test("three nodes join through one; a record, a file and a message of one reach the others", .timeLimit(.minutes(2)))
    func together() async throws {
        let first = try TestNode(1)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await first.network.run() }
            let place = try await first.network.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            let (second, third) = (try TestNode(2, bootstrap: [place]), try TestNode(3, bootstrap: [place]))
            var streams: [AsyncStream<TopicMessage>] = []
            for node in [second, third] {
                try await node.network.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
                tasks.addTask { await node.network.run() }
            }
            for node in [first, second, third] {
                streams.append(await node.network.subscribe(.updateFile) { $0.data.count == 32 ? .accept : .reject })
            }
            // Each of the three is in the topic for the two others.
            for node in [first, second, third] {
                while node.network.gossip.subscribers(of: "/test/update_file").count < 2 { try await Task.sleep(for: .milliseconds(20)) }
            }
            let record = DHTRecord(key: RecordKey("r:one"), value: Array("nine".utf8), expires: 1_000_900)
            try await second.network.put(record)
            #expect(try await third.network.get([record.key, RecordKey("r:none")]) == [record.key: record])
            await #expect(throws: RoutingError.self) {
                try await second.network.put(DHTRecord(key: record.key, value: [1], expires: 1_000_900))
            }
            let file = (0..<140_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            let id = try await third.network.publish(file)
            for stream in streams {
                for await message in stream {
                    #expect(message.data == id.bytes)
                    break
                }
            }
            #expect(try await first.network.fetch(id) == file)
            #expect(try await second.network.fetch(id) == file)
            #expect(try await second.network.fetch(.zero) == nil)
            tasks.cancelAll()
        }
        first.store.close()
    }

    @Test("what is lent is read piece by piece, however long it is", .timeLimit(.minutes(1)))
    func lending() async throws {
        let (owner, reader) = (try TestNode(5), try TestNode(6))
        let file = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let id = SHA256.hash(file)
        let longest = Mutex(0)
        owner.network.lend { asked, range in
            guard asked == id else { return nil }
            longest.withLock { $0 = max($0, range.count) }
            return (file.count, Array(file[range.clamped(to: 0..<file.count)]))
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for node in [owner, reader] { tasks.addTask { await node.network.run() } }
            let place = try await owner.network.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await reader.network.host.connect(to: owner.network.host.peerID, at: [place])
            func fetch(_ id: Hash32) async -> [UInt8]? {
                await BlobExchange.fetch(id, from: [owner.network.host.peerID], host: reader.network.host, limit: 1 << 21) { _ in }
            }
            #expect(await fetch(id) == file)
            #expect(await fetch(.zero) == nil)
            #expect((1...BlobExchange.maximumPiece).contains(longest.withLock { $0 }))
            tasks.cancelAll()
        }
        owner.store.close()
        reader.store.close()
    }

    @Test("a place that is this node itself is told, and so is one where nobody answers", .timeLimit(.minutes(1)))
    func nobody() async throws {
        let closed = try Multiaddr("/ip4/127.0.0.1/tcp/1")
        let node = try TestNode(4, bootstrap: [closed])
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await node.network.run() }
            while node.network.joinFailures.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            #expect(node.network.joinFailures.map(\.address) == ["\(closed)"])
            let own = try await node.network.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            await #expect(throws: (any Error).self) { try await node.network.host.connect(to: own) }
            #expect(node.network.host.connectedPeers.isEmpty)
            tasks.cancelAll()
        }
        node.store.close()
    }

    @Test("hosts, ports and multiaddrs are read; what is none is refused with what to write")
    func places() throws {
        let read = { (text: String) in try BootstrapAddress.read(text).map(\.description) }
        #expect(try read("localhost") == ["/dns/localhost/tcp/13337"])
        #expect(
            try read("192.0.2.1:5, [2001:db8::1]:7 seed.example.org:9") == [
                "/ip4/192.0.2.1/tcp/5", "/ip6/2001:db8::1/tcp/7", "/dns/seed.example.org/tcp/9",
            ])
        #expect(try read("2001:db8::1") == ["/ip6/2001:db8::1/tcp/13337"])
        #expect(try read("/ip4/192.0.2.1/tcp/13337") == ["/ip4/192.0.2.1/tcp/13337"])
        #expect(try read("").isEmpty)
        for text in ["host:99999", "/ip4/192.0.2.1", "a b/c", "[::1", "ho$t"] {
            #expect(throws: BootstrapAddress.Unreadable.self, "\(text)") { try BootstrapAddress.read(text) }
        }
    }
}
