import Multiformats
import PeerIdentity
import Testing

@testable import Kademlia

/// A network in memory: every peer answers at once from a table of its own.
@Suite("Lookups")
struct LookupTests {
    static func peers(_ count: Int) -> [PeerID] {
        (0..<count).map { number in
            PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 2))) }))
        }
    }

    /// Each peer knows those near to it, and a spread of others, by the rules of its own table.
    static func tables(_ peers: [PeerID]) -> [PeerID: RoutingTable] {
        Dictionary(
            uniqueKeysWithValues: peers.map { peer in
                var table = RoutingTable(local: peer)
                for other in peers { table.seen(other, addresses: [], now: 0) }
                return (peer, table)
            })
    }

    /// One network for all tests: making it is what takes time.
    static let everyone = peers(200)
    static let network = tables(everyone)

    private func run(_ lookup: inout Lookup, _ answer: (PeerID) -> [PeerID]?) -> Int {
        var (waiting, most) = ([PeerID](), 0)
        while !lookup.isDone {
            waiting += lookup.next()
            most = max(most, waiting.count)
            guard !waiting.isEmpty else { break }
            let peer = waiting.removeFirst()
            if let closer = answer(peer) { lookup.answered(peer, closer: closer) } else { lookup.failed(peer) }
        }
        return most
    }

    private func nearest(_ peers: [PeerID], _ target: KademliaKey, _ count: Int = 20) -> [PeerID] {
        Array(peers.sorted { KademliaKey($0).distance(to: target) < KademliaKey($1).distance(to: target) }.prefix(count))
    }

    @Test("finds the true k nearest of 200 peers, asking few", arguments: 0..<5)
    func convergence(seed: UInt8) {
        let (peers, tables) = (Self.everyone, Self.network)
        let target = KademliaKey([seed])
        var lookup = Lookup(target: target, seeds: Array(peers[0..<3]))
        let most = run(&lookup) { peer in tables[peer]?.closest(to: target).map(\.id) }
        #expect(lookup.closest == nearest(peers, target))
        #expect(most <= Lookup.parallelism)
        #expect(lookup.askedCount < 100)
    }

    @Test("dead peers are passed over")
    func failures() {
        let (peers, tables) = (Self.everyone, Self.network)
        let target = KademliaKey([1])
        let dead = Set(nearest(peers, target, 30).enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        var lookup = Lookup(target: target, seeds: Array(peers[0..<20]))
        _ = run(&lookup) { peer in dead.contains(peer) ? nil : tables[peer]?.closest(to: target).map(\.id) }
        #expect(Set(lookup.closest).isDisjoint(with: dead))
        #expect(lookup.closest.prefix(8) == nearest(peers.filter { !dead.contains($0) }, target, 8)[...])
    }

    @Test("a liar leads astray its own path only")
    func disjoint() {
        let peers = Self.peers(150)
        let honest = Array(peers.prefix(100))
        let liars = Set(peers.suffix(50))
        let tables = Self.tables(honest)
        let target = KademliaKey([9])
        // One of three first peers lies, and names only its own kind; its path sees no one else.
        var lookup = Lookup(target: target, seeds: [peers[149], peers[0], peers[1]])
        _ = run(&lookup) { peer in liars.contains(peer) ? Array(liars) : tables[peer]?.closest(to: target).map(\.id) }
        let expected = nearest(honest, target, 20)
        let found = lookup.closest.filter { !liars.contains($0) }
        #expect(!found.isEmpty && found == Array(expected.prefix(found.count)))
    }
}

@Suite("Routing table")
struct RoutingTableTests {
    @Test("buckets hold k, long-lived peers stay, failing ones make room")
    func buckets() throws {
        let peers = LookupTests.peers(1_000)
        var table = RoutingTable(local: peers[0])
        for peer in peers { table.seen(peer, addresses: [], now: 1) }
        #expect(table.count < 200 && table.count > 80)
        #expect(!table.contains(peers[0]))
        // The first bucket is full: a newcomer has no place until one there fails.
        let far = peers.filter { KademliaKey($0).distance(to: KademliaKey(peers[0])).leadingZeros == 0 }
        let (inside, outside) = (far.filter { table.contains($0) }, far.filter { !table.contains($0) })
        #expect(inside.count == 20)
        let refused = !table.seen(outside[0], addresses: [], now: 2)
        #expect(refused)
        table.failed(inside[3])
        let taken = table.seen(outside[0], addresses: [], now: 2)
        #expect(taken)
        #expect(!table.contains(inside[3]))
        table.failed(inside[4])
        table.failed(inside[4])
        #expect(!table.contains(inside[4]))
        #expect(table.stale(before: 2).contains(inside[5]) && !table.stale(before: 2).contains(outside[0]))
    }

    @Test("one network holds few places of a bucket; loopback counts for none")
    func networks() throws {
        let peers = LookupTests.peers(60)
        var table = RoutingTable(local: peers[0])
        let far = peers.dropFirst().filter { KademliaKey($0).distance(to: KademliaKey(peers[0])).leadingZeros == 0 }.prefix(12)
        let address = try Multiaddr("/ip4/198.51.100.7/tcp/1")
        var places = far.map { table.seen($0, addresses: [address], now: 1) }
        #expect(places.count { $0 } == 3)
        let loopback = try Multiaddr("/ip4/127.0.0.1/tcp/1")
        places = far.map { table.seen($0, addresses: [loopback], now: 1) }
        #expect(places.count { $0 } == 12)
    }
}
