import Multiformats
import NodeRecords
import Primitives
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

@Suite("The table of nodes")
struct TableTests {
    static func contact(_ number: Int, _ address: String, port: UInt16 = 9000) throws -> NodeContact {
        NodeContact(
            publicKey: try VirtualNetwork.key(number).publicKey,
            endpoint: NodeEndpoint(address: try #require(IPAddress(address)), port: port),
            tcp: 0)
    }

    let local: NodeID
    /// Keys whose nodes lie at distance 256 from the local one.
    let far: [Int]

    init() throws {
        let local = try VirtualNetwork.key(0).publicKey.nodeID
        self.local = local
        far = try (1..<120).filter { try NodeDistance(local, VirtualNetwork.key($0).publicKey.nodeID).log2 == 256 }
    }

    @Test("distances against their definition")
    func distances() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<300 {
            let one = try #require(NodeID(generator.bytes(32)))
            var bytes = one.bytes
            let bit = Int.random(in: 0..<256, using: &generator)
            bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            for index in (bit / 8 + 1)..<32 where bit / 8 < 31 { bytes[index] ^= UInt8.random(in: 0...255, using: &generator) }
            #expect(NodeDistance(one, try #require(NodeID(bytes))).log2 == 256 - bit)
        }
        #expect(NodeDistance(local, local).log2 == 0)
    }

    @Test("a full bucket lets others wait, and who fails makes room for the last heard of")
    func buckets() throws {
        var table = NodeTable(localID: local)
        for (place, number) in far.prefix(20).enumerated() { table.offer(try Self.contact(number, "10.1.\(place).1"), now: 1) }
        #expect(table.count == 16)
        let first = try Self.contact(far[0], "10.1.0.1").nodeID
        table.answered(first, now: 2)
        #expect(table.isLive(first) && table.liveCount == 1)
        // It is the most recently seen now, and the next in turn is one that never answered.
        #expect(table.nextCheck(excluding: [], before: 100)?.nodeID == (try Self.contact(far[1], "10.1.1.1").nodeID))
        table.failed(first, now: 3)
        #expect(table[first] == nil && table.count == 16)
        #expect(table[try Self.contact(far[19], "10.1.19.1").nodeID] != nil)
    }

    @Test("one that passed many checks may fail one")
    func patience() throws {
        var table = NodeTable(localID: local)
        let contact = try Self.contact(far[0], "10.1.0.1")
        table.offer(contact, now: 1)
        for _ in 0..<9 { table.answered(contact.nodeID, now: 2) }
        table.failed(contact.nodeID, now: 3)
        table.failed(contact.nodeID, now: 4)
        #expect(table.count == 1)
        table.failed(contact.nodeID, now: 5)
        #expect(table.count == 0)
    }

    @Test("only a pong puts off the next ping")
    func turns() throws {
        var table = NodeTable(localID: local)
        let contact = try Self.contact(far[0], "10.1.0.1")
        table.offer(contact, now: 1)
        table.answered(contact.nodeID, now: 70_000, isPong: false)
        #expect(table.isLive(contact.nodeID) && table.nextCheck(excluding: [], before: 10_000) == contact)
        table.answered(contact.nodeID, now: 71_000)
        #expect(table.nextCheck(excluding: [], before: 70_000) == nil)
        table.answered(contact.nodeID, now: 150_000, isPong: false)
        #expect(table.nextCheck(excluding: [], before: 90_000) == contact)
    }

    @Test("one network gets few places; local ones are not limited")
    func networks() throws {
        var table = NodeTable(localID: local)
        for (place, number) in far.prefix(12).enumerated() { table.offer(try Self.contact(number, "8.8.8.\(place + 1)"), now: 1) }
        #expect(table.count == 2)
        for number in 1..<120 { table.offer(try Self.contact(number, "8.8.8.\(number)"), now: 1) }
        #expect(table.count <= 10)
        for (place, number) in far.suffix(8).enumerated() { table.offer(try Self.contact(number, "192.168.0.\(place + 1)"), now: 1) }
        #expect(table.count > 10)
        // A place that is given up can be had again.
        var small = NodeTable(localID: local)
        for number in far.prefix(2) { small.offer(try Self.contact(number, "8.8.8.\(number)"), now: 1) }
        small.failed(try Self.contact(far[0], "8.8.8.1").nodeID, now: 2)
        small.offer(try Self.contact(far[5], "8.8.8.99"), now: 3)
        let again = try Self.contact(far[5], "8.8.8.99").nodeID
        #expect(small.count == 2 && small[again] != nil)
    }

    @Test("a node that moved has to answer from there first")
    func moving() throws {
        var table = NodeTable(localID: local)
        let key = try VirtualNetwork.key(far[0])
        func record(_ address: String, _ sequence: UInt64) throws -> NodeContact {
            var entries = NodeRecordEntries()
            entries.setUDP(NodeEndpoint(address: try #require(IPAddress(address)), port: 9000))
            return try #require(NodeContact(NodeRecord(entries, sequence: sequence, signedBy: key)))
        }
        let old = try record("8.8.8.8", 2)
        table.offer(old, now: 1)
        table.answered(old.nodeID, now: 2)
        table.offer(try record("9.9.9.9", 1), now: 3)
        #expect(table[old.nodeID] == old && table.isLive(old.nodeID))
        table.offer(try record("9.9.9.9", 3), now: 4)
        #expect(table[old.nodeID]?.endpoint.description == "9.9.9.9:9000" && !table.isLive(old.nodeID) && table.count == 1)
        #expect(table.live(atDistances: [256], count: 16).isEmpty)
        table.answered(old.nodeID, now: 5)
        #expect(table.live(atDistances: [256, 256, 300, 0, -1], count: 16).count == 1)
        // Who takes none of those there are gets none, and those that are left out do not count.
        #expect(table.live(atDistances: [256], count: 16) { $0.nodeID != old.nodeID }.isEmpty)
    }

    @Test("hearsay moves no node that answers, nor one whose record is known")
    func hearsay() throws {
        var table = NodeTable(localID: local)
        let bare = try Self.contact(far[0], "8.8.8.8")
        table.offer(bare, now: 1)
        // It has not answered from anywhere yet.
        table.offer(try Self.contact(far[0], "9.9.9.9"), now: 2)
        #expect(table[bare.nodeID]?.endpoint.description == "9.9.9.9:9000")
        table.answered(bare.nodeID, now: 3)
        table.offer(bare, now: 4)
        #expect(table[bare.nodeID]?.endpoint.description == "9.9.9.9:9000" && table.isLive(bare.nodeID))
        // Of the same endpoint it says something: the port of connections.
        let told = NodeContact(
            publicKey: bare.publicKey, endpoint: NodeEndpoint(address: try #require(IPAddress("9.9.9.9")), port: 9000), tcp: 30303)
        table.offer(told, now: 5)
        #expect(table[bare.nodeID]?.tcp == 30303 && table.isLive(bare.nodeID))
    }

    @Test("a node that moved to a network without room leaves its place to one that waits")
    func gap() throws {
        var table = NodeTable(localID: local)
        for (place, number) in far.prefix(17).enumerated() { table.offer(try Self.contact(number, "10.1.\(place).1"), now: 1) }
        let waiting = try Self.contact(far[16], "10.1.16.1").nodeID
        #expect(table.count == 16 && table[waiting] == nil)
        // Two of the sixteen move into one network, which has no room for a third.
        for number in far.prefix(2) { table.offer(try Self.contact(number, "8.8.8.\(number)"), now: 2) }
        #expect(table.count == 16 && table[waiting] == nil)
        table.offer(try Self.contact(far[2], "8.8.8.200"), now: 3)
        #expect(table[try Self.contact(far[2], "8.8.8.200").nodeID] == nil)
        #expect(table.count == 16 && table[waiting] != nil)
    }

    @Test("those that may not be told take nobody's place in an answer")
    func choice() throws {
        var table = NodeTable(localID: local)
        let contacts = try far.prefix(6).enumerated().map { try Self.contact($1, "10.1.\($0).1") }
        for contact in contacts {
            table.offer(contact, now: 1)
            table.answered(contact.nodeID, now: 2)
        }
        let hidden = Set(contacts.prefix(3).map { contact in contact.nodeID })
        let told = table.live(atDistances: [256], count: 3) { !hidden.contains($0.nodeID) }
        #expect(Set(told) == Set(contacts.suffix(3)))
    }

    @Test("what cannot be reached gets no place")
    func unreachable() throws {
        var table = NodeTable(localID: local)
        for address in ["0.0.0.0", "224.0.0.1", "::"] { table.offer(try Self.contact(1, address), now: 1) }
        table.offer(try Self.contact(1, "8.8.8.8", port: 0), now: 1)
        table.offer(try Self.contact(0, "8.8.8.8"), now: 1)
        #expect(table.count == 0)
    }

    @Test("a lookup in a graph of nodes ends with the nearest, within its questions")
    func lookup() throws {
        let contacts = try (1..<100).map { try Self.contact($0, "10.2.\($0).1") }
        let target = Keccak256.hash([9])
        var generator = SeededGenerator(seed: 7)
        var lookup = NodeLookup(target: target, localID: local, from: [contacts[0]])
        var asked = 0
        while !lookup.isFinished {
            let next = lookup.next()
            #expect(next.count <= NodeLookup.concurrency)
            for contact in next {
                asked += 1
                // Each knows its own sixteen nearest to the target of a random half, and one in ten is gone.
                let known = contacts.filter { _ in Bool.random(using: &generator) }
                    .sorted { NodeDistance(target, $0.nodeID) < NodeDistance(target, $1.nodeID) }.prefix(16)
                if asked % 10 == 9 { lookup.failed(contact.nodeID) } else { lookup.answered(contact.nodeID, with: Array(known)) }
            }
        }
        #expect(lookup.found.count == 16 && asked < 64)
        let distances = lookup.found.map { NodeDistance(target, $0.nodeID) }
        #expect(distances == distances.sorted())
        var empty = NodeLookup(target: target, localID: local, from: [])
        #expect(empty.next().isEmpty && empty.isFinished && empty.found.isEmpty)
    }

    @Test("an endpoint is believed when networks agree")
    func votes() throws {
        func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
        let seen = NodeEndpoint(address: try address("5.5.5.5"), port: 1)
        let other = NodeEndpoint(address: try address("6.6.6.6"), port: 1)
        var votes = EndpointVotes(quorum: 3, lifetime: 1_000)
        #expect(votes.add(seen, by: try address("1.1.1.1"), now: 1) == nil)
        // The same network twice is one voice.
        #expect(votes.add(seen, by: try address("1.1.1.2"), now: 1) == nil)
        #expect(votes.add(other, by: try address("2.2.2.2"), now: 1) == nil)
        #expect(votes.add(seen, by: try address("3.3.3.3"), now: 1) == nil)
        #expect(votes.add(seen, by: try address("4.4.4.4"), now: 1) == seen)
        // Votes are forgotten.
        #expect(votes.add(seen, by: try address("7.7.7.7"), now: 5_000) == nil)
        // A stranger cannot say that this node is at a local address; a neighbour can.
        let local = NodeEndpoint(address: try address("192.168.0.2"), port: 1)
        var fresh = EndpointVotes()
        #expect(fresh.add(local, by: try address("1.1.1.1"), now: 1) == nil)
        #expect(fresh.add(local, by: try address("192.168.0.3"), now: 1) == local)
    }
}
