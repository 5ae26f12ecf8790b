import HivemindWire
import LibP2P
import Logging
import MessagePack
import Multiformats
import NIOPosix
import PeerIdentity
import RSASignatures
import Testing

@testable import HivemindDHT

@Suite("A Hivemind DHT of hosts over loopback")
struct NodeTests {
    /// Members know where the others listen; in life Kademlia tells them.
    static func nodes(_ count: Int, clients: Int = 0, signer: RSASigningKey? = nil) throws -> [HivemindNode] {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let hosts = try (1...count + clients).map { seed in
            Host(
                identity: try PeerKeyPair(seed: [UInt8](repeating: UInt8(seed), count: 32)), group: MultiThreadedEventLoopGroup.singleton,
                logger: logger)
        }
        return hosts.enumerated().map { number, host in
            var setting = HivemindSetting().patient(.seconds(100))
            (setting.isClient, setting.signer) = (number >= count, signer)
            return HivemindNode(host: host, setting: setting, now: { 1000 }, logger: logger) { peer in
                hosts.first { $0.peerID == peer }?.listenAddresses ?? []
            }
        }
    }

    /// Runs `body` while the nodes run, all joined at the first.
    static func joined(_ nodes: [HivemindNode], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for node in nodes {
                node.serve()
                tasks.addTask { await node.host.run() }
                tasks.addTask { await node.run() }
                if !node.setting.isClient { try await node.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0")) }
            }
            let first = nodes[0]
            let address = try #require(first.host.listenAddresses.first)
            for node in nodes.dropFirst() {
                #expect(try await node.join(at: Multiaddr("\(address)/p2p/\(first.host.peerID)")) == first.place)
            }
            try await body()
            tasks.cancelAll()
        }
    }

    static func text(_ value: HivemindValue?) -> String? {
        guard case .value(let bytes, _) = value else { return nil }
        return (try? MessagePackValue(bytes: OwnedRecord.strip(bytes)))?.text
    }

    @Test("members find each other through the first; what one stores is read by all, clients among them", .timeLimit(.minutes(2)))
    func network() async throws {
        let nodes = try Self.nodes(5, clients: 1)
        try await Self.joined(nodes) {
            let client = nodes[5]
            while nodes[0].peers.count < 4 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!nodes[0].peers.contains { $0.node == client.place }, "a client is in nobody's table")
            for number in 0..<10 {
                let key = DHTID(key: "key \(number)")
                let value = MessagePackValue.text("value \(number)").bytes
                let outcome = try await nodes[number % 6].store(key, value, expiration: 2000)
                #expect(outcome.kept >= 2 && outcome.refused == 0)
                #expect(Self.text(await nodes[(number + 3) % 6].get(key)) == "value \(number)")
                #expect(Self.text(await nodes[(number + 1) % 6].get(key, latest: false)) == "value \(number)")
            }
            #expect(client.keyCount == 0)
            #expect(await nodes[1].get(DHTID(key: "nothing")) == nil)
            let older = try await nodes[2].store(DHTID(key: "key 1"), MessagePackValue.text("older").bytes, expiration: 1500)
            #expect(older.kept == 0 && older.refused > 0)

            let key = DHTID(key: "run")
            for (number, node) in nodes.enumerated() {
                let value = MessagePackValue(UInt64(number)).bytes
                #expect(try await node.store(key, subkey: Subkey("peer \(number)"), value, expiration: 2000 + Double(number)).kept > 0)
            }
            guard case .dictionary(let dictionary) = await client.get(key) else {
                Issue.record("no dictionary")
                return
            }
            let fourth = try Subkey("peer 4")
            #expect(dictionary.entries.count == 6 && dictionary[fourth] == [4] && dictionary.latestExpiration == 2005)
        }
    }

    @Test("an entry with an owner is changed by its owner only", .timeLimit(.minutes(2)))
    func owners() async throws {
        let key = try RSASigningKey()
        let mark = OwnedRecord.owner(key.publicKey)
        let nodes = try Self.nodes(2, signer: key)
        try await Self.joined(nodes) {
            let (place, subkey) = (DHTID(key: "progress"), try Subkey(.binary(Array("me ".utf8) + mark)))
            let value = MessagePackValue.text("mine").bytes
            #expect(try await nodes[0].store(place, subkey: subkey, value, expiration: 2000).kept == 2)
            guard case .dictionary(let read) = await nodes[1].get(place) else {
                Issue.record("no dictionary")
                return
            }
            let stored = try #require(read[subkey])
            #expect(stored.count > value.count && OwnedRecord.strip(stored) == value)
            // Without the signature, and with one of another value, nobody keeps it.
            for forged in [value, MessagePackValue.text("yours").bytes + stored.dropFirst(value.count)] {
                let item = StoreRequest.Item(key: place, subkey: subkey.bytes, value: forged, expiration: 3000)
                #expect(try await nodes[0].store([item], at: nodes[1].host.peerID) == [false])
                let whole = ExpiringDictionary([.init(subkey: subkey, value: forged, expiration: 3000)])
                let all = StoreRequest.Item(key: place, subkey: StoreRequest.wholeDictionary, value: whole.bytes, expiration: 3000)
                #expect(try await nodes[0].store([all], at: nodes[1].host.peerID) == [false])
                #expect(HivemindNode.judged(.dictionary(whole.bytes, expiration: 3000), at: place, now: 0) == nil)
            }
            #expect(HivemindNode.judged(.dictionary(read.bytes, expiration: 2000), at: place, now: 0) == .dictionary(read))
            #expect(HivemindNode.judged(.dictionary(read.bytes, expiration: 2000), at: place, now: 2000) == nil, "expired")
        }
    }

    @Test("who claims a place that it does not answer from enters no table", .timeLimit(.minutes(2)))
    func claims() async throws {
        let nodes = try Self.nodes(1, clients: 1)
        try await Self.joined(nodes) {
            let (member, liar) = (nodes[0], nodes[1])
            let request = PingRequest(node: DHTID(key: "claimed"), validates: true)
            let answer = try await member.answer(request, from: liar.host.peerID)
            #expect(!answer.isAvailable && member.peers.isEmpty)
            _ = try member.answer(FindRequest([member.place], node: DHTID(key: "claimed")), of: 20, from: liar.host.peerID)
            #expect(member.peers.isEmpty)
        }
    }

    @Test("a new member is given what lies nearer to it", .timeLimit(.minutes(2)))
    func handOver() async throws {
        let nodes = try Self.nodes(2)
        let keys = (0..<64).map { DHTID(key: "given \($0)") }
        for key in keys.dropFirst() { #expect(try await nodes[0].store(key, [1], expiration: 2000).kept == 1) }
        _ = try await nodes[0].store(keys[0], subkey: Subkey("a"), [2], expiration: 2000)
        try await Self.joined(nodes) {
            // With fewer members than replicas each has everything.
            while nodes[1].keyCount < keys.count { try await Task.sleep(for: .milliseconds(10)) }
            #expect(nodes[1].keyCount == keys.count)
        }
    }

    @Test("requests over a peer's rate are refused, and cost nothing more", .timeLimit(.minutes(2)))
    func rates() async throws {
        let node = try Self.nodes(1)[0]
        let peer = PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: 9, count: 32)))
        let request = FindRequest([DHTID](repeating: node.place, count: 256), node: nil)
        var granted = 0
        while granted < 1000, (try? node.answer(request, of: 1, from: peer)) != nil { granted += 1 }
        #expect(granted == 16)
        let item = StoreRequest.Item(key: node.place, value: [1], expiration: 2000)
        #expect(throws: (any Error).self) { try node.answer(StoreRequest([item], node: nil), of: 1, from: peer) }
        #expect(node.keyCount == 0)
        let bad = StoreRequest.Item(key: node.place, subkey: [0xc1], value: [1], expiration: 2000)
        let other = PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: 8, count: 32)))
        #expect(try node.answer(StoreRequest([bad, item, item], node: nil), of: 1, from: other).stored == [false, true, false])
    }
}
