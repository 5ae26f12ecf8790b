import AckQuorum
import AckRecords
import BLS
import BeaconTypes
import ContentRouting
import Foundation
import KeyValueStore
import Logging
import PeerIdentity
import Primitives
import ServiceInterfaces
import Synchronization
import TestSupport
import Testing

@testable import DHTDaemon

/// A daemon over a database in a directory that goes away with it.
final class Fixture: Sendable {
    private let folder = TemporaryFolder()
    var directory: String { folder.path }
    let clock = TurnedTime(1_000_000)
    let secrets: [SecretKey]
    let peer: PeerKeyPair
    let domain = SHA256.hash([7])

    init() throws {
        secrets = try (1...3).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8($0)]) }
        peer = try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32))
    }

    func open(_ limits: DHTDaemon.Limits = DHTDaemon.Limits()) throws -> (DHTDaemon, KeyValueStore) {
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        let store = try KeyValueStore(directory: directory, tables: DHTDaemon.tables, options: options)
        let keys = secrets.map(\.publicKey.bytes)
        let validator = AckRecordValidator(spec: .pol, domain: domain) { index in index < 3 ? keys[Int(index)] : nil }
        let daemon = DHTDaemon(
            store: store, namespaces: [RecordNamespace(AckRecordEnvelope.namespace, validator)], identity: peer.peerID,
            addresses: ["/ip4/127.0.0.1/tcp/13337"], limits: limits,
            now: { [clock] in clock.now }, logger: Logger(label: "test"))
        return (daemon, store)
    }

    func record(validator: Int, slot: UInt64 = 9, update: UInt8 = 2) throws -> DHTRecord {
        let ack = UpdateAck(
            slot: slot, anchorRoot: .zero, updateId: SHA256.hash([update]), author: 0, verdict: 1, adapterRoot: SHA256.hash([3]),
            lossBefore: 2, lossAfter: 1)
        let vote = UpdateAckSigning(domain: domain, spec: .pol).vote(
            AckStatement(ack: ack, lossesRoot: SHA256.hash([5])), validator: UInt64(validator)
        ) { secrets[validator].sign($0) }
        return try AckRecordEnvelope.record(
            vote, publicKey: secrets[validator].publicKey.bytes, peerKey: peer, now: clock.now, spec: .pol)
    }
}

@Suite("Solo DHT: records")
struct DHTRecordTests {
    @Test("records are found by their keys, survive a restart and expire")
    func life() async throws {
        let fixture = try Fixture()
        let records = try (0..<3).map { try fixture.record(validator: $0) }
        let keys = records.map(\.key)
        do {
            let (daemon, store) = try fixture.open()
            for record in records { try await daemon.put(record) }
            try await daemon.put(fixture.record(validator: 0, update: 9))
            #expect(try await Set(daemon.get(keys).values) == Set(records))
            #expect(try await daemon.get(records[1].key) == records[1])
            #expect(try await daemon.get([]).isEmpty)
            #expect(try await daemon.get(RecordKey("ack:")) == nil)
            store.close()
        }
        let (daemon, store) = try fixture.open()
        #expect(try await Set(daemon.get(keys).values) == Set(records))
        #expect(await daemon.listing().records == 4)
        fixture.clock.advance(by: 3599)
        #expect(try await daemon.get(keys).count == 3)
        fixture.clock.advance(by: 2)
        #expect(try await daemon.get(keys).isEmpty)
        #expect(await daemon.listing().records == 4)
        try await daemon.removeExpired()
        #expect(await daemon.listing().records == 0)
        store.close()
    }

    @Test("an old vote does not displace a newer one")
    func selection() async throws {
        let fixture = try Fixture()
        let (daemon, store) = try fixture.open()
        defer { store.close() }
        let (old, new) = (try fixture.record(validator: 0, slot: 9), try fixture.record(validator: 0, slot: 10))
        try await daemon.put(old)
        try await daemon.put(new)
        await #expect(throws: RoutingError.superseded) { try await daemon.put(old) }
        #expect(try await daemon.get(new.key) == new)
        try await daemon.put(new)
        // Once the newer one has expired, it protects nothing any more.
        fixture.clock.advance(by: 3601)
        let late = try fixture.record(validator: 0, slot: 9)
        try await daemon.put(late)
        #expect(try await daemon.get(late.key) == late)
    }

    @Test("malformed, unknown, oversize, expired and invalid records are refused and nothing is kept")
    func refusals() async throws {
        let fixture = try Fixture()
        let (daemon, store) = try fixture.open()
        defer { store.close() }
        let good = try fixture.record(validator: 0)
        func refused(_ text: String, _ value: [UInt8], _ expires: Double, _ error: RoutingError) async {
            let key = RecordKey(text)
            await #expect(throws: error, "\(key)") { try await daemon.put(DHTRecord(key: key, value: value, expires: expires)) }
        }
        let key = String(decoding: good.key.bytes, as: UTF8.self)
        for text in ["", String(repeating: "a", count: 1025)] {
            await refused(text, good.value, good.expires, .invalidKey(RecordKey(text)))
        }
        await refused("pk:abc", good.value, good.expires, .unknownNamespace(RecordKey("pk:abc")))
        await refused("ack: ", good.value, good.expires, .invalidRecord("its key names another update or validator"))
        await refused(key, [UInt8](repeating: 1, count: 4097), good.expires, .valueTooLong(4097))
        await refused(key, good.value, fixture.clock.now, .expired)
        await refused(key, good.value, good.expires + 100, .expired)
        await #expect(throws: RoutingError.self) { try await daemon.put(DHTRecord(key: good.key, value: [1], expires: good.expires)) }
        #expect(await daemon.listing().records == 0)
    }

    @Test("the number of records is bounded; expired ones make room")
    func bound() async throws {
        let fixture = try Fixture()
        var limits = DHTDaemon.Limits()
        limits.records = 2
        let (daemon, store) = try fixture.open(limits)
        defer { store.close() }
        for validator in 0..<2 { try await daemon.put(fixture.record(validator: validator)) }
        await #expect(throws: RoutingError.tooManyRecords(2)) { try await daemon.put(fixture.record(validator: 2)) }
        try await daemon.put(fixture.record(validator: 1, slot: 10))
        fixture.clock.advance(by: 3601)
        try await daemon.put(fixture.record(validator: 2))
        #expect(await daemon.listing().records == 1)
    }
}

@Suite("Solo DHT: update files, topics and peers")
struct DHTContentTests {
    @Test("files are kept under their SHA-256 and announced, across a restart")
    func blobs() async throws {
        let fixture = try Fixture()
        let largest = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        do {
            let (daemon, store) = try fixture.open()
            var announced = await daemon.announcedBlobs().makeAsyncIterator()
            let id = try await daemon.publish([1, 2, 3])
            #expect(id == SHA256.hash([1, 2, 3]))
            #expect(await announced.next() == id)
            #expect(try await daemon.publish([1, 2, 3]) == id)
            #expect(await announced.next() == id)
            #expect(try await daemon.publish(largest) == SHA256.hash(largest))
            store.close()
        }
        let (daemon, store) = try fixture.open()
        defer { store.close() }
        #expect(try await daemon.fetch(SHA256.hash([1, 2, 3])) == [1, 2, 3])
        #expect(try await daemon.fetch(SHA256.hash(largest)) == largest)
        #expect(try await daemon.fetch(.zero) == nil)
        await #expect(throws: RoutingError.blobTooLong(150_001, limit: 150_000)) { try await daemon.publish(largest + [0]) }
        await #expect(throws: RoutingError.emptyBlob) { try await daemon.publish([]) }
    }

    @Test("a damaged file is not handed out")
    func damage() async throws {
        let fixture = try Fixture()
        let (daemon, store) = try fixture.open()
        defer { store.close() }
        let id = try await daemon.publish([1, 2, 3])
        try store.write { txn in try txn.put([9, 9, 9] as [UInt8], for: id, in: "blobs") }
        #expect(try await daemon.fetch(id) == nil)
    }

    @Test("the store of files is bounded")
    func bound() async throws {
        let fixture = try Fixture()
        var limits = DHTDaemon.Limits()
        limits.blobBytes = 2 * 150_000
        let (daemon, store) = try fixture.open(limits)
        defer { store.close() }
        let first = try await daemon.publish([1])
        _ = try await daemon.publish([2])
        await #expect(throws: RoutingError.storeFull(bytes: 300_000)) { try await daemon.publish([3]) }
        #expect(try await daemon.publish([1]) == first)
    }

    @Test("files are told by their age, across a restart, and deleted")
    func retention() async throws {
        let fixture = try Fixture()
        var limits = DHTDaemon.Limits()
        limits.blobBytes = 4 * 150_000
        let (first, second): (Hash32, Hash32)
        do {
            let (daemon, store) = try fixture.open(limits)
            first = try await daemon.publish([1])
            fixture.clock.advance(by: 50)
            second = try await daemon.publish([2])
            // To be announced again makes no file younger.
            fixture.clock.advance(by: 50)
            _ = try await daemon.publish([1])
            #expect(try await daemon.blobFill() == 0.5)
            store.close()
        }
        let (daemon, store) = try fixture.open(limits)
        defer { store.close() }
        #expect(try await daemon.blobs(olderThan: 101).isEmpty)
        #expect(try await daemon.blobs(olderThan: 60) == [first])
        #expect(Set(try await daemon.blobs(olderThan: 50)) == [first, second])
        try await daemon.remove([first, .zero])
        #expect(try await daemon.fetch(first) == nil)
        #expect(try await daemon.fetch(second) == [2])
        #expect(try await daemon.blobFill() == 0.25)
        // A file of an older database, which kept no times, counts from when it is first seen.
        try store.write { txn in try txn.put([3] as [UInt8], for: SHA256.hash([3]), in: "blobs") }
        fixture.clock.advance(by: 1000)
        #expect(try await daemon.blobs(olderThan: 60) == [second])
        fixture.clock.advance(by: 61)
        #expect(Set(try await daemon.blobs(olderThan: 60)) == [second, SHA256.hash([3])])
        // What was deleted may come again, and is as young as on the first day.
        #expect(try await daemon.publish([1]) == first)
        #expect(!(try await daemon.blobs(olderThan: 1).contains(first)))
    }

    @Test("the listing shows this node and no peers; stopping ends the streams")
    func listing() async throws {
        let fixture = try Fixture()
        let (daemon, store) = try fixture.open()
        defer { store.close() }
        let listing = await daemon.listing()
        #expect(listing.own.id == fixture.peer.peerID.description)
        #expect(listing.own.addresses == ["/ip4/127.0.0.1/tcp/13337"])
        #expect(listing.peers.isEmpty && listing.records == 0)
        var stream = await daemon.announcedBlobs().makeAsyncIterator()
        let running = Task { await daemon.run() }
        running.cancel()
        await running.value
        #expect(await stream.next() == nil)
    }
}
