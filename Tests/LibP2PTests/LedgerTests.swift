import LibP2PProtocols
import Multiformats
import PeerIdentity
import Testing

@testable import LibP2P

@Suite("Resource scopes, back-off, peerstore, origins")
struct LedgerTests {
    private func peer(_ number: UInt8) throws -> PeerID { try PeerKeyPair(seed: [UInt8](repeating: number, count: 32)).peerID }

    @Test("every scope refuses at its limit and leaves nothing behind")
    func scopes() throws {
        var limits = ResourceLedger.Limits()
        limits.transientConnections = 3
        limits.connectionsPerAddress = 2
        limits.connectionsPerPeer = 1
        limits.streamsPerPeer = 2
        limits.streamsPerProtocol = 3
        var ledger = ResourceLedger(limits: limits)
        let (one, two) = (try peer(1), try peer(2))
        try ledger.open(inbound: true, address: "192.0.2.1")
        try ledger.open(inbound: true, address: "192.0.2.1")
        #expect(throws: ResourceLedger.Exceeded.connectionsPerAddress) { try ledger.open(inbound: true, address: "192.0.2.1") }
        try ledger.open(inbound: true, address: "127.0.0.1")
        #expect(throws: ResourceLedger.Exceeded.transientConnections) { try ledger.open(inbound: true, address: "127.0.0.1") }
        try ledger.authenticate(one)
        #expect(throws: ResourceLedger.Exceeded.connectionsPerPeer) { try ledger.authenticate(one) }
        try ledger.openStream(peer: one, protocol: "/a")
        try ledger.openStream(peer: one, protocol: "/a")
        #expect(throws: ResourceLedger.Exceeded.streamsPerPeer) { try ledger.openStream(peer: one, protocol: "/b") }
        try ledger.openStream(peer: two, protocol: "/a")
        #expect(throws: ResourceLedger.Exceeded.streamsPerProtocol) { try ledger.openStream(peer: two, protocol: "/a") }
        for (peer, name) in [(one, "/a"), (one, "/a"), (two, "/a")] { ledger.closeStream(peer: peer, protocol: name) }
        ledger.close(inbound: true, address: "192.0.2.1", peer: one)
        ledger.close(inbound: true, address: "192.0.2.1", peer: nil)
        ledger.close(inbound: true, address: "127.0.0.1", peer: nil)
        #expect(ledger.isEmpty)
    }

    @Test("bytes are promised within the limits of system, peer and protocol, for handshakes too, and given back")
    func memory() throws {
        let (handshake, stream) = (ResourceLedger.handshakeBytes, ResourceLedger.streamBytes)
        var limits = ResourceLedger.Limits()
        (limits.transientConnections, limits.memoryPerPeer, limits.memoryPerProtocol) = (2, 2 * stream + 100, 3 * stream)
        limits.memory = 6 * stream
        #expect(limits.sharedMemory == 4 * stream + stream / 2)
        var ledger = ResourceLedger(limits: limits)
        let peers = try (1...3).map { try peer(UInt8($0)) }
        for _ in 0..<2 { try ledger.open(inbound: false, address: "192.0.2.1") }
        #expect(throws: ResourceLedger.Exceeded.transientConnections) { try ledger.open(inbound: false, address: "192.0.2.1") }
        #expect(ledger.memory == 2 * handshake)
        for peer in peers.prefix(2) { try ledger.authenticate(peer) }
        #expect(ledger.memory == 0)
        for _ in 0..<2 { try ledger.openStream(peer: peers[0], protocol: "/a") }
        #expect(throws: ResourceLedger.Exceeded.memoryPerPeer) { try ledger.openStream(peer: peers[0], protocol: "/b") }
        #expect(throws: ResourceLedger.Exceeded.memoryPerPeer) { try ledger.reserve(101, peer: peers[0]) }
        try ledger.reserve(100, peer: peers[0])
        try ledger.openStream(peer: peers[1], protocol: "/a")
        #expect(throws: ResourceLedger.Exceeded.memoryPerProtocol) { try ledger.openStream(peer: peers[1], protocol: "/a") }
        try ledger.openStream(peer: peers[1], protocol: "/b")
        #expect(throws: ResourceLedger.Exceeded.memory) { try ledger.openStream(peer: peers[2], protocol: "/b") }
        #expect(ledger.memory == 4 * stream + 100)
        // What peers cannot fill is there for streams of this host, and not for their windows.
        #expect(throws: ResourceLedger.Exceeded.memory) { try ledger.reserve(stream / 2, peer: peers[2]) }
        try ledger.openStream(peer: peers[2], protocol: "/b", isOwn: true)
        #expect(throws: ResourceLedger.Exceeded.memory) { try ledger.reserve(1, peer: peers[2]) }
        #expect(throws: ResourceLedger.Exceeded.memory) { try ledger.openStream(peer: peers[2], protocol: "/b", isOwn: true) }
        try ledger.open(inbound: false, address: "192.0.2.1")
        ledger.close(inbound: false, address: "192.0.2.1", peer: nil)
        ledger.closeStream(peer: peers[2], protocol: "/b")
        ledger.release(100, peer: peers[0])
        for (peer, name) in [(0, "/a"), (0, "/a"), (1, "/a"), (1, "/b")] { ledger.closeStream(peer: peers[peer], protocol: name) }
        for peer in peers.prefix(2) { ledger.close(inbound: false, address: "192.0.2.1", peer: peer) }
        #expect(ledger.isEmpty)
    }

    @Test(
        "a connection is counted under its IPv4 address, in IPv6's clothes too, or the /64 of its IPv6 one; shared ones under none",
        arguments: [
            ("/ip4/192.0.2.1/tcp/1", [192, 0, 2, 1]), ("/ip6/::ffff:c000:201/tcp/1", [192, 0, 2, 1]),
            ("/ip6/::ffff:c000:202/tcp/1", [192, 0, 2, 2]), ("/ip6/2001:db8:1:2:3::4/tcp/1", [0x20, 1, 0x0d, 0xb8, 0, 1, 0, 2]),
            ("/ip4/127.0.0.1/tcp/1", nil), ("/ip6/::1/tcp/1", nil), ("/ip6/::ffff:7f00:1/tcp/1", nil), ("/dns4/a.example/tcp/1", nil),
        ] as [(String, [UInt8]?)])
    func origins(text: String, expected: [UInt8]?) throws {
        let (one, address) = (try peer(1), try Multiaddr(text))
        func origin(_ address: Multiaddr?, isRelayed: Bool = false) -> [UInt8]? {
            let report = ConnectionReport(
                peer: one, remoteAddress: address, isInbound: true, isRelayed: isRelayed, relayLimit: nil, age: .zero)
            return report.origin
        }
        #expect(origin(address) == expected)
        #expect(origin(address, isRelayed: true) == nil && origin(nil) == nil)
    }

    @Test("the wait doubles up to its cap, and never ends")
    func backoff() {
        var backoff = DialBackoff()
        let waits = (0..<100).map { _ in backoff.failed(jitter: 0) }
        #expect(waits.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == DialBackoff.cap)
        #expect(backoff.failed(jitter: 1) == .seconds(225))
        backoff.succeeded()
        #expect(backoff.failed(jitter: 0) == .seconds(1))
    }

    @Test("signed addresses are not replaced by unsigned or older ones")
    func addresses() throws {
        let key = try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32))
        func message(_ sequence: UInt64?, _ port: Int) throws -> IdentifyMessage {
            var message = IdentifyMessage()
            message.listenAddresses = [try Multiaddr("/ip4/1.2.3.4/tcp/\(port)")]
            message.signedPeerRecord = try sequence.map {
                try PeerRecord(peer: key.peerID, sequence: $0, addresses: message.listenAddresses).sealed(by: key)
            }
            return message
        }
        var store = Peerstore()
        for (sequence, port, expected) in [(nil, 1, 1), (5, 2, 2), (nil, 3, 2), (4, 4, 2), (6, 5, 5)] as [(UInt64?, Int, Int)] {
            store.merge(try message(sequence, port), of: key.peerID)
            #expect(store[key.peerID]?.addresses == [try Multiaddr("/ip4/1.2.3.4/tcp/\(expected)")])
        }
    }
}
