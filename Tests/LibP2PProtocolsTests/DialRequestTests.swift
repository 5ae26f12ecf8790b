import Multiformats
import PeerIdentity
import Primitives
import TestSupport
import Testing

@testable import LibP2PProtocols

@Suite("AutoNAT v2")
struct DialRequestTests {
    private static let here = try? Multiaddr("/ip4/8.8.8.8/tcp/13337")

    private func peer(_ seed: UInt8) throws -> PeerID { try ConnectionTests.pair(seed).peerID }

    /// Printed by `scripts/vectors/autonat_v2.py`: Google's protobuf and the specification's schema.
    @Test("known bytes")
    func knownBytes() throws {
        let address = try #require(Self.here)
        let known: [(DialRequestMessage, String)] = [
            (.request([address, Multiaddr([])], nonce: 0x0102_0304_0506_0708), "0a150a0804080808080634190a00110807060504030201"),
            (.response(.ok, index: 0, dial: .ok), "120608c80118c801"), (.response(.ok, index: 3, dial: .dialError), "120708c80110031864"),
            (.response(.internalError, index: 0, dial: .unused), "1200"), (.response(.dialRefused, index: 0, dial: .unused), "12020865"),
            (.dataRequest(index: 1, count: 30_000), "1a06080110b0ea01"), (.data([1, 2, 3]), "22050a03010203"),
        ]
        for (message, hex) in known {
            let bytes = try [UInt8](hex: hex)
            #expect(message.bytes == bytes)
            #expect(try DialRequestMessage(bytes: bytes) == message)
        }
        let call = DialBackMessage(nonce: 0x0102_0304_0506_0708)
        #expect(call.bytes == [9, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(try DialBackMessage(bytes: call.bytes) == call)
        #expect(DialBackMessage.isTaken([]) && DialBackMessage.isTaken([8, 0]))
        #expect(!DialBackMessage.isTaken([8, 1]) && !DialBackMessage.isTaken([8]))
    }

    @Test("what is malformed, too long or unknown is refused")
    func badMessages() throws {
        let bad: [[UInt8]] = [
            [], [0x08, 0x01],  // no message at all
            [0x0a, 0x02, 0x10, 0x01],  // a nonce that is a varint
            [0x12, 0x03, 0x08, 0xc9, 0x01],  // status 201
            [0x12, 0x05, 0x08, 0xc8, 0x01, 0x18, 0x05],  // dial status 5
            [0x1a, 0x06, 0x08, 0xff, 0xff, 0xff, 0xff, 0x7f],  // an index over 32 bits
            [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ]
        for bytes in bad { #expect(throws: WireError.self) { try DialRequestMessage(bytes: bytes) } }
        #expect(throws: WireError.self) { try DialRequestMessage(bytes: DialRequestMessage.data([UInt8](repeating: 0, count: 4097)).bytes) }
        #expect(throws: WireError.self) { try DialRequestMessage(bytes: [UInt8](repeating: 0, count: 8193)) }
        #expect(throws: WireError.self) { try DialBackMessage(bytes: [UInt8](repeating: 0, count: 65)) }
        let many = DialRequestMessage.request([Multiaddr](repeating: try #require(Self.here), count: 80), nonce: 1)
        guard case .request(let read, 1) = try DialRequestMessage(bytes: many.bytes) else { Issue.record("not a request"); return }
        #expect(read.count == DialRequestMessage.maximumAddresses)
        var generator = SeededGenerator(seed: 11)
        for round in 0..<2_000 {
            var bytes = round % 2 == 0 ? generator.bytes(Int.random(in: 0..<60, using: &generator)) : many.bytes
            if round % 2 == 1 { bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            if let message = try? DialRequestMessage(bytes: bytes) { #expect(try DialRequestMessage(bytes: message.bytes) == message) }
            _ = try? DialBackMessage(bytes: bytes)
        }
    }

    @Test("the first address that can be dialled is, and one elsewhere costs data")
    func choice() throws {
        var desk = DialRequestDesk()
        let (one, two) = (try peer(1), try peer(2))
        let (seen, own) = (try Multiaddr("/ip4/9.9.9.9/tcp/50000"), try Multiaddr("/ip4/9.9.9.9/tcp/13337"))
        let elsewhere = try Multiaddr("/ip4/8.8.8.8/tcp/80")
        let useless = [
            Multiaddr([]), try Multiaddr("/ip4/10.0.0.1/tcp/1"), try Multiaddr("/ip4/9.9.9.9/tcp/0"), try Multiaddr("/dns4/x/tcp/1"),
            try Multiaddr("/ip6/2606:4700::1/tcp/1"), own.appending(.init(.p2p, two.bytes)),
        ]
        func take(_ addresses: [Multiaddr], observed: Multiaddr?, families: Set<Int> = [4]) -> Result<
            DialRequestDesk.Job, DialRequestDesk.Refusal
        > {
            defer { desk.done(one) }
            return desk.take(addresses, from: one, observed: observed, families: families, now: 0) { $0.lowerBound }
        }
        let job = try take(useless + [own, elsewhere], observed: seen).get()
        #expect(job.index == 6 && job.address == own && job.price == 0 && job.isPaid)
        let dear = try take([elsewhere, own], observed: seen).get()
        #expect(dear.index == 0 && dear.price == 30_000 && !dear.isPaid)
        #expect(try take(useless, observed: seen, families: [4, 16]).get().index == 4)
        #expect(throws: DialRequestDesk.Refusal(.dialRefused)) { try take(useless, observed: seen).get() }
        let relayed = seen.appending(.init(.p2p, two.bytes), .init(.p2pCircuit))
        for observed in [nil, relayed] {
            #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take([own], observed: observed).get() }
        }
    }

    @Test("a price is paid in data alone, and the last part may be larger")
    func price() throws {
        var job = DialRequestDesk.Job(index: 0, address: try #require(Self.here), price: 5_000)
        try job.pay(.data([UInt8](repeating: 0, count: 4096)))
        #expect(!job.isPaid)
        #expect(throws: WireError.self) { try job.pay(.data([])) }
        #expect(throws: WireError.self) { try job.pay(.dataRequest(index: 0, count: 1)) }
        try job.pay(.data([UInt8](repeating: 0, count: 4096)))
        #expect(job.isPaid)
    }

    @Test("requests are bounded: a minute, a peer, paid ones, at once")
    func limits() throws {
        var limits = DialRequestDesk.Limits()
        (limits.perMinute, limits.perPeerAndMinute, limits.paidPerMinute, limits.atOnce, limits.atOncePerPeer) = (6, 3, 1, 3, 2)
        var desk = DialRequestDesk(limits: limits)
        let peers = try (1...4).map { try peer(UInt8($0)) }
        let (seen, elsewhere) = (try #require(Self.here), try Multiaddr("/ip4/9.9.9.9/tcp/1"))
        func take(_ number: Int, _ address: Multiaddr? = nil, now: UInt64 = 0) throws {
            _ = try desk.take([address ?? seen], from: peers[number], observed: seen, families: [4], now: now) { $0.lowerBound }.get()
        }
        try take(0)
        try take(0)
        #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take(0) }
        try take(1)
        #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take(2) }
        for number in [0, 0, 1] { desk.done(peers[number]) }
        try take(0)
        desk.done(peers[0])
        #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take(0) }
        try take(2, elsewhere)
        desk.done(peers[2])
        #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take(3, elsewhere) }
        #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take(1) }
        try take(3, elsewhere, now: 60)
    }

    @Test("one peer does not use up what all may pay for")
    func paidByOne() throws {
        var desk = DialRequestDesk()
        let (one, two) = (try peer(1), try peer(2))
        let (seen, elsewhere) = (try #require(Self.here), try Multiaddr("/ip4/9.9.9.9/tcp/1"))
        func take(_ peer: PeerID, _ address: Multiaddr) throws {
            _ = try desk.take([address], from: peer, observed: seen, families: [4], now: 0) { $0.lowerBound }.get()
            desk.done(peer)
        }
        for _ in 0..<3 { try take(one, elsewhere) }
        #expect(throws: DialRequestDesk.Refusal(.requestRejected)) { try take(one, elsewhere) }
        try take(one, seen)
        try take(two, elsewhere)
    }

    @Test("who asks believes an answer only if the nonce came, and pays once and not too much")
    func asking() throws {
        let address = try #require(Self.here)
        let (other, sixth) = (try Multiaddr("/ip4/9.9.9.9/tcp/1"), try Multiaddr("/ip6/2606:4700::1/tcp/1"))
        func machine() -> DialRequestMachine { DialRequestMachine(addresses: [address, other, sixth], nonce: 7) }
        #expect(machine().request == .request([address, other, sixth], nonce: 7))
        var one = machine()
        let reached = DialRequestMessage.response(.ok, index: 1, dial: .ok)
        #expect(throws: DialRequestError.notHeard) { try one.receive(reached, heard: nil) }
        #expect(throws: DialRequestError.notHeard) { try one.receive(.response(.ok, index: 2, dial: .ok), heard: address) }
        #expect(try one.receive(reached, heard: address) == .reached(other))
        #expect(try one.receive(.response(.ok, index: 0, dial: .dialError), heard: nil) == .notReached(address))
        #expect(throws: DialRequestError.nonceLost) { try one.receive(.response(.ok, index: 0, dial: .dialBackError), heard: nil) }
        #expect(throws: DialRequestError.otherAddress(3)) { try one.receive(.response(.ok, index: 3, dial: .ok), heard: address) }
        #expect(throws: DialRequestError.refused(.dialRefused)) {
            try one.receive(.response(.dialRefused, index: 0, dial: .unused), heard: nil)
        }
        for message in [DialRequestMessage.data([1]), one.request, .response(.ok, index: 0, dial: .unused)] {
            #expect(throws: DialRequestError.unexpected) { try one.receive(message, heard: address) }
        }
        var two = machine()
        #expect(throws: DialRequestError.tooDear(100_001)) { try two.receive(.dataRequest(index: 1, count: 100_001), heard: nil) }
        #expect(throws: DialRequestError.otherAddress(9)) { try two.receive(.dataRequest(index: 9, count: 1), heard: nil) }
        #expect(try two.receive(.dataRequest(index: 1, count: 30_000), heard: nil) == .pay(30_000))
        #expect(throws: DialRequestError.unexpected) { try two.receive(.dataRequest(index: 1, count: 30_000), heard: nil) }
        #expect(throws: DialRequestError.otherAddress(0)) { try two.receive(.response(.ok, index: 0, dial: .ok), heard: address) }
        #expect(try two.receive(reached, heard: address) == .reached(other))
    }
}
