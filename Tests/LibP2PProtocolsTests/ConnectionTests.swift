import NIOCore
import PeerIdentity
import TestSupport
import Testing

@testable import LibP2PProtocols

@Suite("A connection from its first byte")
struct ConnectionTests {
    static func pair(_ seed: UInt8) throws -> PeerKeyPair { try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)) }

    @Test("two machines meet and carry a stream, bytes cut anywhere", arguments: 1...5)
    func meeting(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (one, two) = (try Self.pair(1), try Self.pair(2))
        var dialer = try ConnectionMachine(isDialer: true, identity: one, expectedPeer: two.peerID)
        var listener = try ConnectionMachine(isDialer: false, identity: two)
        try dialer.start()
        try listener.start()
        var known: [PeerID] = []
        var got: [UInt8] = []
        let bytes = generator.bytes(150_000)
        for _ in 0..<400 {
            for side in [true, false] {
                var wire = ByteBuffer()
                while var output = side ? try dialer.nextOutput() : try listener.nextOutput() { wire.writeBuffer(&output) }
                while wire.readableBytes > 0 {
                    let size = min(wire.readableBytes, Int.random(in: 1...5_000, using: &generator))
                    guard let chunk = wire.readSlice(length: size) else { break }
                    for event in side ? try listener.receive(chunk) : try dialer.receive(chunk) {
                        switch event {
                        case .established(let key):
                            known.append(key.peerID)
                            if !side {
                                let id = try dialer.session.open()
                                try dialer.session.send(ByteBuffer(bytes: bytes), on: id)
                            }
                        case .stream(.data(let id, let bytes)):
                            got += Array(bytes.readableBytesView)
                            listener.session.consumed(bytes.readableBytes, on: id, now: 0)
                        default: break
                        }
                    }
                }
            }
        }
        #expect(Set(known) == [one.peerID, two.peerID])
        #expect(got == bytes)
    }

    @Test("garbage in every phase is refused, never trapped", arguments: 0..<30)
    func garbage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var listener = try ConnectionMachine(isDialer: false, identity: Self.pair(2))
        var dialer = try ConnectionMachine(isDialer: true, identity: Self.pair(1))
        try dialer.start()
        // A few honest bytes first, then noise.
        for _ in 0..<Int(seed % 4) {
            if let output = try dialer.nextOutput() { _ = try listener.receive(output) }
            if let output = try listener.nextOutput() { _ = try dialer.receive(output) }
        }
        var failed = false
        for _ in 0..<300 where !failed {
            do { _ = try listener.receive(ByteBuffer(bytes: generator.bytes(400))) } catch { failed = true }
        }
        #expect(failed)
        #expect(throws: ConnectionError.self) { try listener.receive(ByteBuffer(bytes: [1])) }
    }
}
