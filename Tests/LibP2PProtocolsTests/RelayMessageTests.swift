import Multiformats
import PeerIdentity
import Primitives
import TestSupport
import Testing

@testable import LibP2PProtocols

@Suite("Relay, AutoNAT and hole punching")
struct RelayMessageTests {
    private func peer(_ seed: UInt8) throws -> PeerID { try ConnectionTests.pair(seed).peerID }

    @Test("messages come back as they were")
    func roundTrips() throws {
        let address = try Multiaddr("/ip4/8.8.8.8/tcp/4001")
        let peer = RelayPeer(id: try peer(1), addresses: [address])
        let limit = RelayLimit(duration: 120, data: 131_072)
        for message in [
            HopMessage(.reserve), HopMessage(.connect, peer: peer), HopMessage(.noReservation),
            HopMessage(.ok, reservation: RelayReservation(expires: 7, addresses: [address], voucher: [1, 2]), limit: limit),
        ] { #expect(try HopMessage(bytes: message.bytes) == message) }
        for message in [StopMessage(connect: peer, limit: limit), StopMessage(connect: peer, limit: nil), StopMessage(.ok)] {
            #expect(try StopMessage(bytes: message.bytes) == message)
        }
        for message in [
            AutoNATMessage.dial(peer), .response(.ok, text: nil, address: address), .response(.dialError, text: "no", address: nil),
        ] { #expect(try AutoNATMessage(bytes: message.bytes) == message) }
        for message in [HolePunchMessage(.connect, addresses: [address]), HolePunchMessage(.sync)] {
            #expect(try HolePunchMessage(bytes: message.bytes) == message)
        }
    }

    /// Written by hand from the specifications' schemas.
    @Test("known bytes")
    func knownBytes() throws {
        #expect(HopMessage(.reserve).bytes == [0x08, 0x00])
        #expect(HopMessage(.permissionDenied).bytes == [0x08, 0x02, 0x28, 0xca, 0x01])
        #expect(StopMessage(.ok).bytes == [0x08, 0x01, 0x20, 0x64])
        #expect(HolePunchMessage(.sync).bytes == [0x08, 0xac, 0x02])
        #expect(AutoNATMessage.response(.dialRefused, text: nil, address: nil).bytes == [0x08, 0x01, 0x1a, 0x02, 0x08, 0x65])
        #expect(RelayLimit(duration: 120, data: 131_072).bytes == [0x08, 0x78, 0x10, 0x80, 0x80, 0x08])
    }

    @Test("a voucher is the relay's own word")
    func vouchers() throws {
        let (relay, other) = (try ConnectionTests.pair(1), try ConnectionTests.pair(2))
        let voucher = RelayVoucher(relay: relay.peerID, peer: try peer(3), expires: 99)
        #expect(try RelayVoucher(envelope: voucher.sealed(by: relay)) == voucher)
        let forged = try voucher.sealed(by: other)
        #expect(throws: PeerIdentityError.badSignature) { try RelayVoucher(envelope: forged) }
        let record = try PeerRecord(peer: relay.peerID, sequence: 1, addresses: []).sealed(by: relay)
        #expect(throws: PeerIdentityError.self) { try RelayVoucher(envelope: record) }
    }

    @Test("garbage is refused, never trapped", arguments: 0..<8)
    func garbage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let good = HopMessage(
            .ok, reservation: RelayReservation(expires: 1, addresses: [try Multiaddr("/ip4/1.2.3.4/tcp/5")], voucher: [1]),
            limit: RelayLimit(duration: 1, data: 1)
        ).bytes
        for round in 0..<300 {
            var bytes = round % 2 == 0 ? generator.bytes(Int.random(in: 0..<80, using: &generator)) : good
            if round % 2 == 1 { bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            _ = try? HopMessage(bytes: bytes)
            _ = try? StopMessage(bytes: bytes)
            _ = try? AutoNATMessage(bytes: bytes)
            _ = try? HolePunchMessage(bytes: bytes)
        }
        let large = [UInt8](repeating: 0, count: 4097)
        #expect(throws: WireError.self) { try HopMessage(bytes: large) }
        #expect(throws: WireError.self) { try StopMessage(bytes: large) }
        #expect(throws: WireError.self) { try AutoNATMessage(bytes: large) }
        #expect(throws: WireError.self) { try HolePunchMessage(bytes: large) }
    }

    @Test("a relay's places and circuits are bounded, and end")
    func desk() throws {
        var limits = RelayDesk.Limits()
        (limits.reservations, limits.reservationsPerAddress, limits.circuitsPerPeer, limits.reservationTime) = (3, 2, 1, 100)
        var desk = RelayDesk(limits: limits)
        let peers = try (1...5).map { try peer(UInt8($0)) }
        #expect(throws: RelayStatus.noReservation) { try desk.open(from: peers[1], to: peers[0], now: 0) }
        #expect(try desk.reserve(peers[0], from: "a", now: 0) == 100)
        #expect(try desk.reserve(peers[1], from: "a", now: 0) == 100)
        #expect(throws: RelayStatus.reservationRefused) { try desk.reserve(peers[2], from: "a", now: 0) }
        #expect(try desk.reserve(peers[2], from: "b", now: 0) == 100)
        #expect(throws: RelayStatus.resourceLimitExceeded) { try desk.reserve(peers[3], from: "c", now: 0) }
        #expect(try desk.reserve(peers[0], from: "a", now: 50) == 150, "a place is had for longer")
        try desk.open(from: peers[4], to: peers[0], now: 60)
        #expect(throws: RelayStatus.resourceLimitExceeded) { try desk.open(from: peers[3], to: peers[0], now: 60) }
        #expect(throws: RelayStatus.permissionDenied) { try desk.open(from: peers[1], to: peers[1], now: 60) }
        desk.close(from: peers[4], to: peers[0])
        #expect(desk.circuitCount == 0)
        desk.disconnected(peers[0])
        #expect(throws: RelayStatus.noReservation) { try desk.open(from: peers[4], to: peers[0], now: 60) }
        #expect(throws: RelayStatus.noReservation) { try desk.open(from: peers[4], to: peers[1], now: 101) }
        #expect(try desk.reserve(peers[3], from: "c", now: 101) == 201, "what has ended makes room")
    }

    @Test("a node dials back only where it sees a peer, and not often")
    func dialBack() throws {
        var limits = DialBackDesk.Limits()
        (limits.perMinute, limits.perPeerAndMinute) = (3, 2)
        var desk = DialBackDesk(limits: limits)
        let (one, two) = (try peer(1), try peer(2))
        let seen = try Multiaddr("/ip4/9.9.9.9/tcp/50000")
        let own = try Multiaddr("/ip4/9.9.9.9/tcp/13337")
        let victim = try Multiaddr("/ip4/8.8.8.8/tcp/80")
        let request = RelayPeer(id: one, addresses: [victim, own, try Multiaddr("/ip4/9.9.9.9/tcp/0"), try Multiaddr("/dns4/x/tcp/1")])
        #expect(try desk.take(request, from: one, observed: seen, now: 0).get() == [own])
        #expect(throws: DialBackDesk.Refusal.self) { try desk.take(request, from: two, observed: seen, now: 0).get() }
        #expect(throws: DialBackDesk.Refusal.self) {
            try desk.take(RelayPeer(id: one, addresses: [victim]), from: one, observed: seen, now: 0).get()
        }
        let relayed = seen.appending(.init(.p2p, two.bytes), .init(.p2pCircuit))
        #expect(throws: DialBackDesk.Refusal.self) { try desk.take(request, from: one, observed: relayed, now: 0).get() }
        #expect(throws: DialBackDesk.Refusal.self) { try desk.take(request, from: one, observed: nil, now: 0).get() }
        _ = try desk.take(request, from: one, observed: seen, now: 1).get()
        #expect(throws: DialBackDesk.Refusal.self) { try desk.take(request, from: one, observed: seen, now: 2).get() }
        let other = RelayPeer(id: two, addresses: [own])
        _ = try desk.take(other, from: two, observed: seen, now: 3).get()
        #expect(throws: DialBackDesk.Refusal.self) { try desk.take(other, from: two, observed: seen, now: 4).get() }
        _ = try desk.take(other, from: two, observed: seen, now: 61).get()
        let home = try Multiaddr("/ip4/192.168.1.2/tcp/1")
        #expect(throws: DialBackDesk.Refusal.self) {
            try desk.take(RelayPeer(id: one, addresses: [home]), from: one, observed: home, now: 200).get()
        }
    }

    @Test("one liar does not change what is known for good")
    func tally() {
        var tally = ReachabilityTally()
        #expect(tally.reachability == .unknown)
        for _ in 0..<5 { tally.add(reached: false) }
        #expect(tally.reachability == .private && tally.isSure)
        tally.add(reached: true)
        #expect(tally.reachability == .private)
        for _ in 0..<3 { tally.add(reached: true) }
        #expect(tally.reachability == .public && !tally.isSure)
    }

    @Test("both dial when half the round trip has passed")
    func punching() throws {
        let (here, there) = (try Multiaddr("/ip4/1.1.1.1/tcp/1"), try Multiaddr("/ip4/2.2.2.2/tcp/2"))
        var (one, two) = (HolePunchMachine(own: [here]), HolePunchMachine(own: [there]))
        let first = one.begin(now: 1_000)
        guard case .send(let second) = try two.receive(first, now: 0) else { Issue.record("no answer"); return }
        guard case .sendAndDial(let third, let addresses, let wait) = try one.receive(second, now: 1_600) else {
            Issue.record("no dial")
            return
        }
        #expect(addresses == [there])
        #expect(wait == 300)
        #expect(try two.receive(third, now: 0) == .dial([here]))
        #expect(throws: WireError.self) { try two.receive(third, now: 0) }
        var fresh = HolePunchMachine(own: [here])
        #expect(throws: WireError.self) { try fresh.receive(HolePunchMessage(.sync), now: 0) }
        let relayed = here.appending(.init(.p2p, try peer(1).bytes), .init(.p2pCircuit))
        #expect(throws: WireError.self) { try fresh.receive(HolePunchMessage(.connect, addresses: [relayed]), now: 0) }
    }
}
