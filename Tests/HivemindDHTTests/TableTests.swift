import HivemindWire
import Multiformats
import PeerIdentity
import Testing

@testable import HivemindDHT

@Suite("Members that are known, and searches among them")
struct TableTests {
    static func member(_ number: Int) -> HivemindPeer {
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 3))) }
        return HivemindPeer(node: DHTID(key: "node \(number)"), id: PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + bytes)))
    }

    static let own = DHTID(key: "own")

    /// Members whose places differ from the own one in the first bit, so that they share a bucket.
    static let far = (0..<200).map(member).filter { own.distance(to: $0.node).leadingZeros == 0 }

    @Test("a bucket has 20; the next ones wait, and the newest of them follows who fails twice")
    func buckets() {
        var table = HivemindTable(local: Self.own)
        for (number, member) in Self.far.prefix(20).enumerated() {
            #expect(table.seen(member, network: nil, now: Double(number)) == .added)
        }
        #expect(table.seen(Self.far[20], network: nil, now: 30) == .inReserve(ask: Self.far[0]))
        #expect(table.seen(Self.far[0], network: nil, now: 31) == .known)
        #expect(table.seen(Self.far[21], network: nil, now: 32) == .inReserve(ask: Self.far[1]))
        #expect(table.count == 20 && !table.contains(Self.far[21].id))
        table.failed(Self.far[1].id)
        #expect(table.contains(Self.far[1].id))
        table.failed(Self.far[1].id)
        #expect(!table.contains(Self.far[1].id) && table.contains(Self.far[21].id) && table.count == 20)
        #expect(table.stale(before: 5).map(\.node) == Self.far[2..<5].map(\.node))
    }

    @Test("one place a peer, one peer a place, and no network has more than half of a bucket")
    func identities() {
        var table = HivemindTable(local: Self.own)
        let (one, two) = (Self.far[0], Self.far[1])
        #expect(table.seen(one, network: nil, now: 0) == .added)
        #expect(table.seen(HivemindPeer(node: one.node, id: two.id), network: nil, now: 0) == .refused)
        #expect(table.seen(HivemindPeer(node: two.node, id: one.id), network: nil, now: 0) == .added, "it moved")
        #expect(table.count == 1 && table.place(of: one.id) == two.node)
        #expect(table.seen(HivemindPeer(node: Self.own, id: two.id), network: nil, now: 0) == .refused)
        var crowd = HivemindTable(local: Self.own)
        let outcomes = Self.far.prefix(15).map { crowd.seen($0, network: [10, 1], now: 0) }
        #expect(outcomes.count { $0 == .added } == 10 && outcomes.last == .refused)
        #expect(crowd.seen(Self.far[16], network: [10, 2], now: 0) == .added)
    }

    @Test("who follows from the reserve keeps its network's bound too")
    func reserves() {
        var table = HivemindTable(local: Self.own)
        for (number, member) in Self.far.prefix(20).enumerated() {
            #expect(table.seen(member, network: number < 9 ? [10, 1] : nil, now: Double(number)) == .added)
        }
        for member in Self.far[20..<23] { #expect(table.seen(member, network: [10, 1], now: 30) == .inReserve(ask: Self.far[0])) }
        for member in Self.far[18..<20] { table.remove(member.id) }
        #expect(Self.far[20..<23].map { table.contains($0.id) } == [false, false, true])
        #expect(table.count == 19)
    }

    @Test("the nearest, nearest first")
    func nearest() {
        var table = HivemindTable(local: Self.own)
        let members = (0..<60).map(Self.member)
        for member in members { _ = table.seen(member, network: nil, now: 0) }
        let target = DHTID(key: "target")
        let known = table.peers.sorted { $0.node.distance(to: target) < $1.node.distance(to: target) }
        #expect(table.nearest(to: target) == Array(known.prefix(20)))
        #expect(table.nearest(to: target, count: 3, except: known[0].node) == Array(known[1...3]))
    }

    @Test("distances are numbers of 160 bits")
    func distances() throws {
        let zero = try #require(DHTID(bytes: [UInt8](repeating: 0, count: 20)))
        for bit in [0, 1, 7, 8, 63, 64, 100, 127, 128, 159] {
            var bytes = [UInt8](repeating: 0, count: 20)
            bytes[bit / 8] = 0x80 >> UInt8(bit % 8)
            let id = try #require(DHTID(bytes: bytes))
            #expect(zero.distance(to: id) == id && id.leadingZeros == bit && id.bytes == bytes && zero < id)
        }
        #expect(zero.leadingZeros == 160 && DHTID(bytes: [1, 2, 3]) == nil)
    }

    /// The place farthest from another.
    static func opposite(_ id: DHTID) -> DHTID { DHTID(bytes: id.bytes.map { ~$0 }) ?? id }

    /// A network in memory: every member answers from a table of its own.
    private func run(_ search: inout HivemindSearch, _ answer: (HivemindPeer) -> [HivemindPeer]?) -> Int {
        var (waiting, most) = ([HivemindPeer](), 0)
        while !search.isDone {
            waiting += search.next()
            most = max(most, waiting.count)
            guard !waiting.isEmpty else { break }
            let peer = waiting.removeFirst()
            if let nearest = answer(peer) { search.answered(peer.id, from: peer.node, nearest: nearest) } else { search.failed(peer.id) }
        }
        return most
    }

    @Test("a search finds the nearest of 150, past dead ones and liars")
    func search() {
        let members = (0..<150).map(Self.member)
        let tables = Dictionary(
            uniqueKeysWithValues: members.map { member in
                var table = HivemindTable(local: member.node)
                for other in members { _ = table.seen(other, network: nil, now: 0) }
                return (member.node, table)
            })
        let target = DHTID(key: "sought")
        let sorted = members.sorted { $0.node.distance(to: target) < $1.node.distance(to: target) }
        var search = HivemindSearch(target: target, own: nil, seeds: Array(members.prefix(3)))
        #expect(run(&search) { tables[$0.node]?.nearest(to: target) } <= HivemindSearch.parallelism)
        #expect(search.nearest == Array(sorted.prefix(20)))

        let dead = Set(sorted.prefix(5).map(\.node))
        search = HivemindSearch(target: target, own: nil, seeds: sorted.suffix(30).suffix(5))
        _ = run(&search) { dead.contains($0.node) ? nil : tables[$0.node]?.nearest(to: target) }
        // Those who answer name 20, the dead among them: the last few may stay unknown.
        #expect(search.nearest.prefix(15) == sorted.filter { !dead.contains($0.node) }.prefix(15))
        #expect(search.nearest.count == 20 && !search.nearest.contains { dead.contains($0.node) })

        // Each names 40 that are not there: the search ends all the same.
        var asked = 0
        search = HivemindSearch(target: target, own: nil, seeds: [members[0]])
        _ = run(&search) { _ in
            asked += 1
            return (0..<40).map { Self.member(1000 + asked * 40 + $0) }
        }
        #expect(asked <= HivemindSearch.maximumKnown)
        search = HivemindSearch(target: target, own: members[0].node, seeds: [members[0]])
        #expect(search.isDone && search.next().isEmpty, "it does not ask itself")
    }

    @Test("a peer has one place in a search, whatever it or others make up for it")
    func places() throws {
        let members = (0..<40).map(Self.member)
        let (target, liar) = (DHTID(key: "sought"), Self.member(500))
        let sorted = members.sorted { $0.node.distance(to: target) < $1.node.distance(to: target) }
        /// Nearer to the target than any member.
        func madeUp(_ number: UInt8, _ id: PeerID) throws -> HivemindPeer {
            let bytes = Array(target.bytes.dropLast()) + [(target.bytes.last ?? 0) ^ number]
            return HivemindPeer(node: try #require(DHTID(bytes: bytes)), id: id)
        }
        let own = try (1...20 as ClosedRange<UInt8>).map { try madeUp($0, liar.id) }
        var asked: [PeerID: Int] = [:]
        var search = HivemindSearch(target: target, own: nil, seeds: [own[19]] + Array(members.prefix(3)))
        _ = run(&search) { peer in
            asked[peer.id, default: 0] += 1
            return peer.id == liar.id ? own : Array(sorted.prefix(30))
        }
        #expect(search.nearest == [own[19]] + Array(sorted.prefix(19)))
        #expect(asked.values.allSatisfy { $0 == 1 })

        // Members are named at places where they are not, nearer and farther: each counts where it answers from.
        let wrong = try sorted[0..<5].enumerated().map { try madeUp(UInt8($0.offset + 1), $0.element.id) }
        let far = sorted[5..<10].map { HivemindPeer(node: Self.opposite(target), id: $0.id) }
        let homes = Dictionary(uniqueKeysWithValues: members.map { ($0.id, $0.node) })
        search = HivemindSearch(target: target, own: Self.own, seeds: wrong + far + [members[39]])
        while !search.isDone {
            for peer in search.next() {
                search.answered(peer.id, from: try #require(homes[peer.id]), nearest: Array(sorted.prefix(30)))
            }
        }
        #expect(search.nearest == Array(sorted.prefix(20)))

        // Nobody is this node.
        search = HivemindSearch(target: target, own: Self.own, seeds: [liar])
        for peer in search.next() { search.answered(peer.id, from: Self.own, nearest: members) }
        #expect(search.isDone && search.nearest.isEmpty)
    }
}
