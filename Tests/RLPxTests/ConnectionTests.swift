import Primitives
import RLP
import Secp256k1
import TestSupport
import Testing

@testable import RLPx

@Suite("A connection of RLPx")
struct ConnectionTests {
    static let eth = OfferedCapability(Capability("eth", 68), messages: 17)
    static let older = OfferedCapability(Capability("eth", 67), messages: 17)
    static let snap = OfferedCapability(Capability("snap", 1), messages: 8)
    static let aaa = OfferedCapability(Capability("aaa", 1), messages: 3)

    static func key(_ number: UInt8) throws -> Secp256k1PrivateKey { try Secp256k1PrivateKey(Keccak256.hash([number])) }

    /// Two sides, and what they learned.
    struct Pair {
        var dialer: RLPxConnection
        var listener: RLPxConnection
        var events: (dialer: [RLPxConnection.Event], listener: [RLPxConnection.Event]) = ([], [])

        init(
            dialed: [OfferedCapability] = [eth], accepted: [OfferedCapability] = [eth], maximumMessage: Int = 10 << 20, seed: UInt64 = 1
        ) throws {
            var generator = SeededGenerator(seed: seed)
            dialer = try RLPxConnection(
                dialing: key(2).publicKey, by: key(1), offering: dialed, clientID: "one", listenPort: 30303,
                secrets: HandshakeSecrets(using: &generator), maximumMessage: maximumMessage)
            listener = RLPxConnection(
                acceptingBy: try key(2), offering: accepted, clientID: "two", secrets: HandshakeSecrets(using: &generator),
                maximumMessage: maximumMessage)
        }

        /// Carries bytes both ways, cut in pieces, until nothing is left.
        mutating func carry(pieces: Int = 1 << 20) throws {
            var isBusy = true
            while isBusy {
                isBusy = false
                for toListener in [true, false] {
                    var bytes = (toListener ? dialer.takeOutput() : listener.takeOutput())[...]
                    while !bytes.isEmpty {
                        isBusy = true
                        let piece = bytes.prefix(pieces)
                        bytes = bytes.dropFirst(piece.count)
                        if toListener {
                            events.listener += listener.receive(piece)
                        } else {
                            events.dialer += dialer.receive(piece)
                        }
                        if let failure = toListener ? listener.failure : dialer.failure { throw failure }
                    }
                }
            }
        }
    }

    @Test("both sides open, however the bytes are cut", arguments: [1, 7, 100, 1 << 20])
    func opening(pieces: Int) throws {
        var pair = try Pair(dialed: [Self.eth, Self.older, Self.snap], accepted: [Self.aaa, Self.older, Self.eth])
        try pair.carry(pieces: pieces)
        #expect(pair.dialer.isOpen && pair.listener.isOpen)
        #expect(pair.listener.remoteKey == (try Self.key(1).publicKey))
        guard case .open(let hello, let shared)? = pair.events.listener.first else {
            Issue.record("not open")
            return
        }
        #expect(hello.clientID == "one" && hello.listenPort == 30303 && shared == [Capability("eth", 68)])
    }

    @Test("messages of several capabilities go to whom they belong")
    func messages() throws {
        let all = [Self.snap, Self.eth, Self.aaa]
        var pair = try Pair(dialed: all, accepted: all.reversed())
        try pair.carry()
        pair.events = ([], [])
        var generator = SeededGenerator(seed: 3)
        let large = generator.bytes(300_000)
        try pair.dialer.send(16, of: "eth", data: large)
        try pair.dialer.send(0, of: "aaa", data: [0xc0])
        try pair.listener.send(7, of: "snap", data: [UInt8](repeating: 1, count: 5_000))
        try pair.dialer.ping()
        try pair.carry(pieces: 1_000)
        let got = pair.events.listener.compactMap { event -> String? in
            if case .message(let capability, let code, let data) = event { "\(capability) \(code) \(data.count)" } else { nil }
        }
        #expect(got == ["eth/68 16 300000", "aaa/1 0 1"])
        guard case .message(_, _, let data)? = pair.events.listener.first else { return }
        #expect(data == large)
        #expect(pair.events.dialer.count == 2)
        #expect(pair.events.dialer.contains { if case .pong = $0 { true } else { false } })
        #expect(throws: RLPxError.self) { try pair.dialer.send(3, of: "aaa", data: []) }
        #expect(throws: RLPxError.self) { try pair.dialer.send(0, of: "les", data: []) }
    }

    @Test("ids are given in order of names, to the highest shared version")
    func ids() {
        let ids = MessageIDs(
            own: [Self.snap, Self.older, Self.eth, Self.aaa], other: [Capability("snap", 1), Capability("eth", 67), Capability("eth", 66)])
        #expect(ids.shares.map { "\($0.capability) \($0.ids)" } == ["eth/67 16..<33", "snap/1 33..<41"])
        #expect(ids.share(of: 40)?.code == 7 && ids.share(of: 41) == nil && ids.share(of: 15) == nil)
    }

    @Test("the hello of EIP-8, with items of a later version")
    func hello() throws {
        let hello = try Hello([UInt8](hex: HandshakeVectors.hello))
        #expect(hello.version == 55 && hello.clientID == "kneth/v0.91/plan9" && hello.listenPort == 9_999)
        #expect(hello.capabilities == [Capability("eth", 61), Capability("mork", 22)])
        #expect(hello.publicKey.hex.hasPrefix("0xfda1cff674c90c9a"))
        #expect(try Hello(hello.encoded) == hello)
    }

    @Test("hellos that are refused")
    func badHellos() throws {
        let good = try Hello([UInt8](hex: HandshakeVectors.hello))
        var many = good
        many.capabilities = [Capability](repeating: Capability("x", 1), count: 129)
        #expect(throws: RLPxError.self) { try Hello(many.encoded) }
        #expect(throws: RLPxError.self) { try Hello([UInt8](repeating: 0, count: 9_000)) }
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<1_000 {
            var bytes = good.encoded
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
            if let read = try? Hello(bytes) { _ = read.encoded }
        }
    }

    @Test("a disconnect says why, before the hello and behind it")
    func disconnecting() throws {
        var pair = try Pair()
        try pair.carry()
        pair.listener.disconnect(.tooManyPeers)
        #expect(throws: RLPxError.disconnected(.tooManyPeers)) { try pair.carry() }
        #expect(pair.dialer.isClosed && pair.listener.isClosed)
        var later = pair.dialer.receive([1])
        #expect(later.isEmpty && pair.dialer.failure == .disconnected(.tooManyPeers))
        #expect(pair.listener.failure == nil)
        later = pair.listener.receive([1])
        #expect(later.isEmpty && pair.listener.failure == .closed)
        // Nothing in common, as each sees from the other's hello. The dialer has that first.
        var strangers = try Pair(dialed: [Self.eth], accepted: [Self.snap])
        #expect(throws: RLPxError.uselessPeer) { try strangers.carry() }
        #expect(strangers.dialer.isClosed && !strangers.listener.isClosed)
        later = strangers.listener.receive(strangers.dialer.takeOutput())
        #expect(later.isEmpty && strangers.listener.failure == .uselessPeer)
        // Behind the own hello, before the other's: the dialer opens with that hello, and reads what follows compressed.
        var hasty = try Pair()
        _ = hasty.listener.receive(hasty.dialer.takeOutput())
        hasty.listener.disconnect(.tooManyPeers)
        // What came before it is told first.
        let events = hasty.dialer.receive(hasty.listener.takeOutput())
        guard case .open? = events.first else {
            Issue.record("not open")
            return
        }
        #expect(events.count == 1 && hasty.dialer.isClosed && hasty.dialer.failure == .disconnected(.tooManyPeers))
        later = hasty.dialer.receive([UInt8]())
        #expect(later.isEmpty && hasty.dialer.failure == .disconnected(.tooManyPeers))
    }

    @Test("a disconnect in the hello's place says why: it is not compressed")
    func refusing() throws {
        var pair = try Pair()
        let bytes = try answer(pair.dialer.takeOutput(), first: [1, 0xc1, 4])
        let events = pair.dialer.receive(bytes)
        #expect(events.isEmpty && pair.dialer.failure == .disconnected(.tooManyPeers))
    }

    @Test("a node does not dial itself, and hangs up when it is told another identity")
    func identities() throws {
        var generator = SeededGenerator(seed: 5)
        let secrets = HandshakeSecrets(using: &generator)
        #expect(throws: RLPxError.selfDial) {
            try RLPxConnection(dialing: Self.key(1).publicKey, by: Self.key(1), offering: [], clientID: "", secrets: secrets)
        }
        // Dialled with the key of another, the packet cannot be read.
        var dialer = try RLPxConnection(
            dialing: Self.key(3).publicKey, by: Self.key(1), offering: [Self.eth], clientID: "", secrets: secrets)
        var listener = RLPxConnection(acceptingBy: try Self.key(2), offering: [Self.eth], clientID: "", secrets: secrets)
        let events = listener.receive(dialer.takeOutput())
        #expect(events.isEmpty && listener.failure == .notAuthentic)
        #expect(listener.isClosed && listener.takeOutput().isEmpty)
    }

    /// The listener's answer to a dialler's first packet, with this frame in the hello's place, sealed by hand.
    private func answer(_ auth: [UInt8], first frame: [UInt8]) throws -> [UInt8] {
        var generator = SeededGenerator(seed: 9)
        let secrets = HandshakeSecrets(using: &generator)
        let (message, ephemeral) = try RLPxHandshake.readAuth(auth, by: Self.key(2))
        let ack = try RLPxHandshake.ack(to: message.publicKey, secrets)
        var writer = FrameWriter(
            RLPxSecrets(
                isInitiator: false, ephemeralSecret: try RLPxHandshake.sharedSecret(secrets.ephemeral, ephemeral),
                initiatorNonce: message.nonce, recipientNonce: secrets.nonce, auth: auth, ack: ack))
        return ack + (try writer.seal(frame))
    }

    @Test("a hello of another key, or of a version that does not compress, ends the connection; a later version's does not")
    func wrongHellos() throws {
        let own = Hello(clientID: "", capabilities: [Self.eth.capability], listenPort: 0, publicKey: try Self.key(2).publicKey)
        let foreign = Hello(clientID: "", capabilities: [Self.eth.capability], listenPort: 0, publicKey: try Self.key(3).publicKey)
        var (old, new) = (own, own)
        (old.version, new.version) = (4, 6)
        for (hello, error) in [(foreign, .wrongIdentity), (old, .incompatibleVersion(4))] as [(Hello, RLPxError)] {
            var pair = try Pair()
            let bytes = try answer(pair.dialer.takeOutput(), first: [0x80] + hello.encoded)
            let events = pair.dialer.receive(bytes)
            #expect(events.isEmpty && pair.dialer.failure == error)
        }
        #expect(RLPxError.incompatibleVersion(4).reason == .incompatibleVersion)
        var pair = try Pair()
        let bytes = try answer(pair.dialer.takeOutput(), first: [0x80] + new.encoded)
        let events = pair.dialer.receive(bytes)
        #expect(events.count == 1 && pair.dialer.failure == nil)
        #expect(pair.dialer.isOpen)
    }

    @Test("names of capabilities that are not ASCII are passed over")
    func strangeNames() throws {
        // The Kelvin sign is equal to a K as text.
        let hello = Hello(
            clientID: "", capabilities: [Capability("\u{212a}", 1), Self.eth.capability], listenPort: 0,
            publicKey: try Self.key(2).publicKey)
        #expect(try Hello(hello.encoded).capabilities == [Self.eth.capability])
    }

    @Test("messages over the limit are refused before they are held")
    func limits() throws {
        var pair = try Pair(maximumMessage: 10_000)
        try pair.carry()
        // Zeros compress well: the frame is small, what it states is not.
        try pair.dialer.send(1, of: "eth", data: [UInt8](repeating: 0, count: 10_001))
        #expect(throws: RLPxError.tooLarge(limit: 10_000, actual: 10_001)) { try pair.carry() }
        var other = try Pair(maximumMessage: 10_000)
        try other.carry()
        var generator = SeededGenerator(seed: 6)
        try other.dialer.send(1, of: "eth", data: generator.bytes(40_000))
        let events = other.listener.receive(other.dialer.takeOutput().prefix(40))
        #expect(events.isEmpty)
        #expect(other.listener.isClosed && other.listener.failure != nil)
    }

    @Test("what Snappy did not make is refused, however much it promises")
    func compression() throws {
        for block in [[], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x04, 0], [5, 0], [1, 0xff]] as [[UInt8]] {
            #expect(throws: RLPxError.self) { try MessageCompression.decompress(block) }
        }
        var generator = SeededGenerator(seed: 7)
        for size in [0, 1, 100, 70_000] {
            let bytes = generator.bytes(size)
            #expect(try MessageCompression.decompress(MessageCompression.compress(bytes)) == bytes)
        }
        // By the Python package cramjam 2.14.0.
        #expect(try MessageCompression.decompress([UInt8](hex: "3c08616263e20300")).count == 60)
    }

    @Test("messages before the hello, a second hello, ids of nobody")
    func outOfTurn() throws {
        // A ping in the hello's place.
        var early = try Pair()
        let ping = try answer(early.dialer.takeOutput(), first: [2, 0xc0])
        let events = early.dialer.receive(ping)
        #expect(events.isEmpty && early.dialer.failure == .unexpected(message: 2))
        var pair = try Pair()
        try pair.carry()
        try pair.dialer.write(0, pair.dialer.hello.encoded, isCompressed: true)
        #expect(throws: RLPxError.unexpected(message: 0)) { try pair.carry() }
        var nobody = try Pair()
        try nobody.carry()
        try nobody.dialer.write(33, [0xc0], isCompressed: true)
        #expect(throws: RLPxError.unexpected(message: 33)) { try nobody.carry() }
        _ = nobody.dialer.receive(nobody.listener.takeOutput())
        #expect(nobody.dialer.failure == .disconnected(.protocolBreach))
    }

    @Test("a replayed, swapped or changed frame ends the connection")
    func frames() throws {
        for change in 0..<3 {
            var pair = try Pair()
            try pair.carry()
            try pair.dialer.send(1, of: "eth", data: [0xc1, 1])
            let first = pair.dialer.takeOutput()
            try pair.dialer.send(1, of: "eth", data: [0xc1, 2])
            let second = pair.dialer.takeOutput()
            var bytes: [UInt8]
            switch change {
            case 0: bytes = first + first
            case 1: bytes = second + first
            default:
                bytes = first
                bytes[40] ^= 1
            }
            // Of a replayed frame the first is told of.
            let events = pair.listener.receive(bytes)
            #expect(events.count == (change == 0 ? 1 : 0))
            #expect(pair.listener.failure == .notAuthentic)
        }
    }

    @Test("arbitrary bytes at any time end in an error, not in a trap")
    func garbage() throws {
        var generator = SeededGenerator(seed: 8)
        for round in 0..<60 {
            var pair = try Pair(seed: UInt64(round))
            if round % 2 == 0 { try pair.carry() }
            var bytes = generator.bytes(Int.random(in: 40..<3_000, using: &generator))
            if round % 2 == 1 { (bytes[0], bytes[1]) = (1, 200) }
            _ = pair.listener.receive(bytes)
            // Too short to be judged: the rest of the packet comes.
            _ = pair.listener.receive(generator.bytes(3_000))
            #expect(pair.listener.isClosed && pair.listener.failure != nil)
        }
    }
}
