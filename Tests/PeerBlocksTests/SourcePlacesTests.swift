import Multiformats
import PeerIdentity
import Testing

@testable import LibP2P
@testable import PeerBlocks

@Suite struct SourcePlacesTests {
    private func peer(_ number: UInt8) throws -> PeerID { try PeerKeyPair(seed: [UInt8](repeating: number, count: 32)).peerID }

    private func report(_ peer: PeerID, at host: String, isInbound: Bool = true) throws -> ConnectionReport {
        let address = try Multiaddr("/\(host.contains(":") ? "ip6" : "ip4")/\(host)/tcp/\(Int.random(in: 1000..<2000))")
        return ConnectionReport(
            peer: peer, remoteAddress: address, isInbound: isInbound, isRelayed: false, relayLimit: nil, age: .zero)
    }

    /// How many of `count` peers get a place.
    private func taken(
        _ count: UInt8, in places: inout SourcePlaces, from first: UInt8 = 0, isInbound: Bool = true, at host: (UInt8) -> String
    ) throws -> Int {
        var taken = 0
        for number in first..<first + count {
            let peer = try peer(number)
            if places.take(peer, try report(peer, at: host(number), isInbound: isInbound)) { taken += 1 }
        }
        return taken
    }

    /// Invented peers take half of the places at most, and few from one address; those that this node dials find room all the same.
    @Test func strangersDoNotTakeEveryPlace() throws {
        var places = SourcePlaces()
        let ofOne = try taken(40, in: &places) { _ in "192.0.2.1" }
        #expect(ofOne == SourcePlaces.addressLimit)
        let ofMany = try taken(40, in: &places, from: 40) { "198.51.100.\($0)" }
        #expect(ofMany == SourcePlaces.inboundLimit - SourcePlaces.addressLimit)
        let dialled = try taken(40, in: &places, from: 80, isInbound: false) { "203.0.113.\($0)" }
        #expect(dialled == SourcePlaces.limit - SourcePlaces.inboundLimit && places.count == SourcePlaces.limit)
        // A place that is given up is another's.
        let gone = places.remove(try peer(80))
        let again = try taken(1, in: &places, from: 150, isInbound: false) { _ in "203.0.113.200" }
        #expect(gone && again == 1)
    }

    /// Whoever has an IPv6 network has one origin; and peers that this node dialled may all be of one address.
    @Test func networksOfIPv6AreOneOrigin() throws {
        var places = SourcePlaces()
        let strangers = try taken(10, in: &places) { "2001:db8:1:2::\($0 + 1)" }
        let dialled = try taken(10, in: &places, from: 20, isInbound: false) { _ in "192.0.2.1" }
        #expect(strangers == SourcePlaces.addressLimit && dialled == 10)
        // IPv4 in IPv6's clothes is IPv4: these are of many addresses.
        let dressed = try taken(5, in: &places, from: 40) { "::ffff:c633:640\($0 - 39)" }
        #expect(dressed == 5)
    }

    /// Processes of one machine are not one peer.
    @Test func loopbackIsManyPeers() throws {
        var places = SourcePlaces()
        let taken = try taken(10, in: &places) { _ in "127.0.0.1" }
        #expect(taken == 10)
        #expect(!places.hasRoom(for: try peer(3), try report(try peer(3), at: "127.0.0.1")))
        #expect(!places.hasRoom(for: try peer(200), nil))
    }
}
