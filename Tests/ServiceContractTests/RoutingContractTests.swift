import ContentRouting
import DHTDaemon
import Foundation
import KeyValueStore
import Logging
import PeerIdentity
import Primitives
import TestNetwork
import TestSupport
import Testing

/// ``ValueStore``, ``BlobStore`` and ``MessageTopics``: the daemon of a node, and the store in memory that stands for it in tests.
@Suite("Contract: records, files and topics", .timeLimit(.minutes(1)))
struct RoutingContractTests {
    enum Routing: String, CaseIterable, Sendable { case daemon, memory }

    /// Takes every record and keeps the one that expires last.
    private struct Lenient: RecordValidator {
        func validate(_ record: DHTRecord, now: Double) throws {}
        func select(_ records: [DHTRecord]) -> Int {
            records.indices.max { (records[$0].expires, -$0) < (records[$1].expires, -$1) } ?? 0
        }
    }

    private func with(_ routing: Routing, _ body: (any LearningRouting) async throws -> Void) async throws {
        guard routing == .daemon else { return try await body(MemoryRouting()) }
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        let daemon = DHTDaemon(
            store: try KeyValueStore(directory: folder.path, tables: DHTDaemon.tables, options: options),
            namespaces: [RecordNamespace("test:", Lenient())], identity: InMemoryNetwork.peer("daemon"), addresses: [],
            now: { 1000 }, logger: quiet)
        try await body(daemon)
    }

    @Test("Records are found by their keys, a newer one in place of an older", arguments: Routing.allCases)
    func records(_ routing: Routing) async throws {
        try await with(routing) { store in
            func record(_ subkey: UInt8, _ value: UInt8, expires: Double = 2000) -> DHTRecord {
                DHTRecord(key: RecordKey(Array("test:a".utf8), subkey: [subkey]), value: [value], expires: expires)
            }
            for entry in [record(1, 1), record(2, 2), record(1, 3, expires: 3000)] { try await store.put(entry) }
            let keys = [1, 2, 3].map { RecordKey(Array("test:a".utf8), subkey: [$0]) }
            #expect(try await store.get(keys).values.map(\.value).sorted { $0[0] < $1[0] } == [[2], [3]])
            #expect(try await store.get(keys[2]) == nil)
            #expect(try await store.get([]).isEmpty)
        }
    }

    @Test("Files are found under their SHA-256, and announced each time", arguments: Routing.allCases)
    func files(_ routing: Routing) async throws {
        try await with(routing) { store in
            var announced = await store.announcedBlobs().makeAsyncIterator()
            let id = try await store.publish([1, 2, 3])
            #expect(id == SHA256.hash([1, 2, 3] as [UInt8]))
            #expect(try await store.publish([1, 2, 3]) == id)
            #expect(await announced.next() == id)
            #expect(await announced.next() == id)
            #expect(try await store.fetch(id) == [1, 2, 3])
            #expect(try await store.fetch(.zero) == nil)
        }
    }

    @Test("A subscriber hears what it accepts, in order; others judge for themselves", arguments: Routing.allCases)
    func topics(_ routing: Routing) async throws {
        try await with(routing) { store in try await Self.check(store) }
    }

    @Test("The same over a network of several nodes, where a node hears itself") func network() async throws {
        let network = InMemoryNetwork()
        try await Self.check(await network.join("alone"))
        let (sender, receiver) = (await network.join("sender"), await network.join("receiver"))
        var heard = await receiver.subscribe(Topic("news")) { $0.source == InMemoryNetwork.peer("sender") ? .accept : .reject }
            .makeAsyncIterator()
        try await sender.publish([5], on: Topic("news"))
        #expect(await heard.next()?.data == [5])
    }

    private static func check(_ topics: any MessageTopics) async throws {
        let news = Topic("news")
        var odd = await topics.subscribe(news) { $0.data[0] % 2 == 1 ? .accept : .ignore }.makeAsyncIterator()
        var high = await topics.subscribe(news) { $0.data[0] > 2 ? .accept : .ignore }.makeAsyncIterator()
        try await topics.publish([9], on: Topic("other"))
        for byte in 1...4 as ClosedRange<UInt8> { try await topics.publish([byte], on: news) }
        #expect([await odd.next()?.data, await odd.next()?.data] == [[1], [3]])
        #expect([await high.next()?.data, await high.next()?.data] == [[3], [4]])
    }
}
