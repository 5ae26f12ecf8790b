import Discovery
import Foundation
import Logging
import Multiformats
import NIOCore
import NIOPosix
import NodeRecords
import Primitives
import Secp256k1
import Testing

@testable import DiscoveryService

@Suite("Discovery over UDP", .timeLimit(.minutes(2)))
struct DiscoveryServiceTests {
    let group = MultiThreadedEventLoopGroup.singleton

    private func service(
        _ number: UInt8, bootNodes: [BootNode], version4: Bool = false, change: (inout DiscoverySettings) -> Void = { _ in }
    ) throws -> DiscoveryService {
        var settings = DiscoverySettings()
        (settings.host, settings.port, settings.bootNodes, settings.speaksVersion4) = (IPAddress("127.0.0.1"), 0, bootNodes, version4)
        settings.machine.searchInterval = 300
        // Machines that are busy answer late.
        (settings.machine.requestTimeout, settings.machine.handshakeTimeout) = (10_000, 10_000)
        change(&settings)
        let key = try Secp256k1PrivateKey(Keccak256.hash([number]))
        return DiscoveryService(key: key, settings: settings, logger: Logger(label: "test"))
    }

    @Test("three nodes find each other through one of them, and the bare key and address of that one are enough", arguments: [false, true])
    func three(withEnode: Bool) async throws {
        let boot = try service(1, bootNodes: [])
        let record = try await boot.start(on: group)
        let known: BootNode = withEnode ? .enode(try #require(record.enode)) : .record(record)
        let (one, other) = (try service(2, bootNodes: [known]), try service(3, bootNodes: [known]))
        let (first, second) = (try await one.start(on: group), try await other.start(on: group))
        var missing: Set<NodeID> = [record.nodeID, second.nodeID]
        for await node in one.found {
            missing.remove(node.nodeID)
            if missing.isEmpty { break }
        }
        missing = [record.nodeID, first.nodeID]
        for await node in other.found {
            missing.remove(node.nodeID)
            if missing.isEmpty { break }
        }
        // On a busy machine an answer may come too late, which is no fault: it is looked for until it is found.
        while await one.lookup(second.nodeID).first?.nodeID != second.nodeID { await Task.yield() }
        for service in [boot, one, other] { await service.stop() }
    }

    @Test("both versions share a port")
    func versions() async throws {
        let boot = try service(4, bootNodes: [], version4: true)
        let record = try await boot.start(on: group)
        // One that speaks discovery 5 alone.
        let newer = try service(5, bootNodes: [.record(record)])
        try await newer.start(on: group)
        for await node in newer.found where node.nodeID == record.nodeID { break }
        // One that speaks discovery 4 alone, and knows no more of it than its key and place.
        let key = try Secp256k1PrivateKey(Keccak256.hash([6]))
        let host = try #require(IPAddress("127.0.0.1"))
        let port = try await DatagramPort.open(host: host, port: 0, on: group)
        var entries = NodeRecordEntries()
        entries.setUDP(NodeEndpoint(address: host, port: port.port))
        var older = Version4Machine(key: key, record: try NodeRecord(entries, sequence: 1, signedBy: key))
        let place = try #require(record.udpEndpoint)
        let unixTime = UInt64(Date().timeIntervalSince1970)
        older.addBootNodes([NodeContact(publicKey: record.publicKey, endpoint: place, tcp: 0)], now: 1_000, unixTime: unixTime)
        port.send(older.takeOutput())
        for await arrival in port.arrivals {
            older.receive(arrival.bytes, from: arrival.endpoint, now: 1_000, unixTime: unixTime)
            port.send(older.takeOutput())
            if older.table[record.nodeID]?.record == record { break }
        }
        #expect(older.table.isLive(record.nodeID))
        // It answered the other's ping on the way, and is live there.
        for await node in boot.found where node.nodeID == key.publicKey.nodeID { break }
        try await port.channel.close()
        await newer.stop()
        await boot.stop()
    }

    @Test("addresses to which the system would not send cost nothing, and a socket that was closed is opened again")
    func reopening() async throws {
        let boot = try service(10, bootNodes: [])
        let record = try await boot.start(on: group)
        func elsewhere(_ number: UInt8, _ address: String) throws -> BootNode {
            var entries = NodeRecordEntries()
            entries.setUDP(NodeEndpoint(address: try #require(IPAddress(address)), port: 9))
            return .record(try NodeRecord(entries, sequence: 1, signedBy: Secp256k1PrivateKey(Keccak256.hash([number]))))
        }
        let unreachable = [try elsewhere(20, "2001:db8::1"), try elsewhere(21, "::1"), try elsewhere(22, "192.0.2.1")]
        let one = try service(11, bootNodes: unreachable + [.record(record)])
        let own = try await one.start(on: group)
        for await node in one.found where node.nodeID == record.nodeID { break }
        #expect(await one.port?.channel.isActive == true)
        try await #require(await one.port).channel.close().get()
        while await one.port?.channel.isActive != true { await Task.yield() }
        // Who comes later is answered at the same place.
        let late = try service(12, bootNodes: [.record(own)])
        try await late.start(on: group)
        for await node in late.found where node.nodeID == own.nodeID { break }
        #expect(await one.port?.port == own.udp)
        for service in [boot, one, late] { await service.stop() }
        #expect(await one.port == nil)
    }

    @Test("a record that is changed is published with a higher number, one that stays the same is not")
    func updating() async throws {
        let one = try service(9, bootNodes: [])
        let first = try await one.start(on: group)
        try await one.updateRecord { $0.udp = first.udp }
        try await one.updateRecord { $0.syncSubnets = 3 }
        for await record in one.records {
            #expect(record.syncSubnets == 3 && record.sequence == first.sequence + 1)
            break
        }
        await one.stop()
    }

    @Test("a node without an address learns it, those that are not wanted are not told, and a port is taken once")
    func learning() async throws {
        let boot = try service(6, bootNodes: []) { settings in settings.isWanted = { _ in false } }
        let record = try await boot.start(on: group)
        let one = try service(7, bootNodes: [.record(record)]) { settings in settings.host = IPAddress("0.0.0.0") }
        try await one.start(on: group)
        for await node in one.found where node.nodeID == record.nodeID { break }
        for await own in one.records {
            #expect(own.udpEndpoint?.address.isLoopback == true)
            break
        }
        let port = try #require(record.udp)
        let taken = try service(8, bootNodes: []) { settings in settings.port = port }
        await #expect(throws: DiscoveryServiceError.self) { try await taken.start(on: group) }
        await boot.stop()
        var told = 0
        for await _ in boot.found { told += 1 }
        #expect(told == 0)
        await one.stop()
        #expect(await one.lookup(record.nodeID).isEmpty)
    }
}
