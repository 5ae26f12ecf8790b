import LibP2PProtocols
import Multiformats
import PeerIdentity
import Testing

@testable import Kademlia

/// Values of `n:` are one digit, the larger the better.
let digits = RecordRules(
    validate: { _, value in
        guard value.count == 1, (48...57).contains(value[0]) else { throw RecordRules.Refusal.invalid }
    }, select: { _, values in values.indices.max { values[$0][0] < values[$1][0] } ?? 0 })

@Suite("Records, providers, messages")
struct StoreTests {
    private var rules: RecordNamespaces { RecordNamespaces(["n:": digits, "/pk/": .publicKeys]) }

    @Test("valid, better, alive: nothing else is kept")
    func records() throws {
        var limits = RecordStore.Limits()
        limits.records = 2
        limits.lifetime = 10
        var store = RecordStore(limits: limits)
        let key = Array("n:a".utf8)
        #expect(try store.put(key, [53], rules: rules, now: 0))
        #expect(try !store.put(key, [51], rules: rules, now: 1))
        #expect(try store.put(key, [55], rules: rules, now: 2))
        #expect(throws: RecordRules.Refusal.invalid) { try store.put(key, [1], rules: rules, now: 2) }
        #expect(throws: RecordRules.Refusal.unknownNamespace) { try store.put(Array("m:a".utf8), [55], rules: rules, now: 2) }
        #expect(store.get(key, now: 11)?.value == [55] && store.get(key, now: 12) == nil)
        #expect(try store.put(key, [49], rules: rules, now: 13), "a dead record does not stand in the way")
        #expect(try store.put(Array("n:b".utf8), [49], rules: rules, now: 13))
        #expect(throws: RecordRules.Refusal.tooLarge) { try store.put(Array("n:c".utf8), [49], rules: rules, now: 13) }
        store.expire(now: 23)
        #expect(store.count == 0 && store.byteCount == 0)
    }

    @Test("a public key only under the id that it hashes to")
    func publicKeys() throws {
        let (one, two) = (try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32)), try PeerKeyPair(seed: [UInt8](repeating: 2, count: 32)))
        let key = Array("/pk/".utf8) + one.peerID.bytes
        try rules.validate(key, one.publicKey.message)
        #expect(throws: RecordRules.Refusal.invalid) { try rules.validate(key, two.publicKey.message) }
    }

    @Test("providers are bounded for each key and live a day")
    func providers() {
        var store = ProviderStore()
        for (time, peer) in LookupTests.peers(100).enumerated() { store.add(.init(id: peer, addresses: []), for: [1], now: UInt64(time)) }
        #expect(store.get([1], now: 100).count == 64)
        store.expire(now: 100 + ProviderStore.lifetime)
        #expect(store.keyCount == 0)
    }

    @Test("messages come back as they were; unknown fields and peers are passed over")
    func messages() throws {
        var message = KademliaMessage(.getValue, key: [1, 2], record: .init(key: [1, 2], value: [3], timeReceived: "2026"))
        message.closerPeers = [.init(id: LookupTests.peers(1)[0], addresses: [try Multiaddr("/ip4/1.2.3.4/tcp/5")])]
        message.providerPeers = message.closerPeers
        #expect(try KademliaMessage(bytes: message.bytes) == message)
        var writer = ProtobufWriter()
        writer.bytes(200, [1])
        var odd = ProtobufWriter()
        odd.bytes(1, [0x99])
        writer.bytes(8, odd.bytes)
        #expect(try KademliaMessage(bytes: message.bytes + writer.bytes) == message)
        #expect(throws: WireError.self) {
            try KademliaMessage(bytes: KademliaMessage(.findNode, key: [UInt8](repeating: 1, count: 1025)).bytes)
        }
        #expect(throws: WireError.self) { try KademliaMessage(bytes: [8, 99]) }
    }

    @Test("arbitrary bytes never trap")
    func garbage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            _ = try? KademliaMessage(bytes: (0..<Int.random(in: 0...50)).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }
}
