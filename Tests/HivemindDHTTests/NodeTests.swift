import HivemindRPC
import HivemindWire
import LibP2P
import Logging
import MessagePack
import Multiformats
import NIOPosix
import PeerIdentity
import RSASignatures
import Synchronization
import Testing

@testable import HivemindDHT

@Suite("A Hivemind DHT of hosts over loopback")
struct NodeTests {
    /// Members know where the others listen; in life Kademlia tells them.
    static func nodes(
        _ count: Int, clients: Int = 0, signer: RSASigningKey? = nil, change: (inout HivemindSetting) -> Void = { _ in }
    ) throws -> [HivemindNode] {
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
            change(&setting)
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

    @Test("of one answer 256 signatures are checked, and what follows is passed over")
    func signatures() throws {
        let key = try RSASigningKey()
        let (place, mark) = (DHTID(key: "progress"), OwnedRecord.owner(key.publicKey))
        let subkey = try Subkey(.binary(mark))
        let record = try OwnedRecord(key: place, subkey: subkey.bytes, value: [1], expiration: 2000).signed(by: key)
        let good = ExpiringDictionary.Entry(subkey: subkey, value: record.value, expiration: 2000)
        let forged = try (0..<256).map { number in
            ExpiringDictionary.Entry(subkey: try Subkey(.binary(Array("\(number) ".utf8) + mark)), value: [1], expiration: 2000)
        }
        func judged(_ entries: [ExpiringDictionary.Entry]) -> HivemindValue? {
            HivemindNode.judged(.dictionary(ExpiringDictionary(entries).bytes, expiration: 2000), at: place, now: 1000)
        }
        #expect(judged(Array(forged.dropFirst()) + [good]) == .dictionary(ExpiringDictionary([good])))
        #expect(judged(forged + [good]) == nil)
    }

    @Test("who claims a place that it does not answer from enters no table", .timeLimit(.minutes(2)))
    func claims() async throws {
        let nodes = try Self.nodes(2)
        try await Self.joined(nodes) {
            let (member, liar, claimed) = (nodes[0], nodes[1], DHTID(key: "claimed"))
            let id = liar.host.peerID
            let honest = try await member.answer(PingRequest(node: liar.place, validates: true), from: id)
            #expect(honest.isAvailable)
            let answer = try await member.answer(PingRequest(node: claimed, validates: true), from: id)
            #expect(!answer.isAvailable && member.peers == [HivemindPeer(node: liar.place, id: id)])
            _ = try member.answer(FindRequest([member.place], node: claimed), of: 20, from: id)
            // It is asked again, and has not moved.
            while member.state.withLock({ $0.pending.contains(id) }) { try await Task.sleep(for: .milliseconds(10)) }
            #expect(member.peers == [HivemindPeer(node: liar.place, id: id)])
        }
    }

    @Test("who answers with errors only leaves the table", .timeLimit(.minutes(2)))
    func errors() async throws {
        let nodes = try Self.nodes(2)
        try await Self.joined(nodes) {
            let (member, other) = (nodes[0], nodes[1].host.peerID)
            nodes[1].host.handle(FindRequest.name) { stream in
                var reader = StreamReader(stream)
                guard let bytes = try await reader.frame(limit: 1 << 20) else { return }
                try await stream.write(UnaryFrame(id: UnaryFrame(bytes: bytes).id, .failure("no")).framed)
            }
            #expect(await member.ping(other) == nodes[1].place)
            var isKnown = true
            // An answer to a ping that was under way may come between.
            for _ in 0..<10 where isKnown {
                await #expect(throws: HivemindError.remote("no")) { _ = try await member.find([member.place], at: other) }
                isKnown = member.peers.contains { $0.id == other }
            }
            #expect(!isKnown)
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
            for key in keys.dropFirst() {
                #expect(nodes[1].state.withLock { $0.store.get(key, now: 1000) } == .value([1], expiration: 2000))
            }
            let entry = ExpiringDictionary.Entry(subkey: try Subkey("a"), value: [2], expiration: 2000)
            #expect(nodes[1].state.withLock { $0.store.get(keys[0], now: 1000) } == .dictionary(ExpiringDictionary([entry])))
        }
    }

    @Test("what belongs to a new member: it is nearer than the others, and so was this node before")
    func belongings() async throws {
        let node = try Self.nodes(1) { $0.replicas = 1 }[0]
        let (other, new) = (TableTests.member(1), TableTests.member(2))
        let keys = (0..<200).map { DHTID(key: "given \($0)") }
        for key in keys { #expect(try await node.store(key, [1], expiration: 2000).kept == 1) }
        for peer in [other, new] { #expect(node.state.withLock { $0.table.seen(peer, network: nil, now: 1000) } == .added) }
        let expected = keys.filter { key in
            let rival = other.node.distance(to: key)
            return new.node.distance(to: key) < rival && node.place.distance(to: key) < rival
        }
        #expect(!expected.isEmpty && expected.count < keys.count)
        #expect(Set(node.belongings(of: new).map(\.key)) == Set(expected))
    }

    @Test("requests over a peer's rate are refused, and cost nothing more", .timeLimit(.minutes(2)))
    func rates() async throws {
        // As good as nothing comes back while the test runs.
        let node = try Self.nodes(1) { ($0.rates.workPerSecond, $0.rates.bytesPerSecond) = (1e-6, 1e-6) }[0]
        let peer = PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: 9, count: 32)))
        let request = FindRequest((0..<256).map { DHTID(key: "\($0)") }, node: nil)
        var granted = 0
        while granted < 1000, (try? node.answer(request, of: 1, from: peer)) != nil { granted += 1 }
        #expect(granted == 32)
        let item = StoreRequest.Item(key: node.place, value: [1], expiration: 2000)
        #expect(throws: (any Error).self) { try node.answer(StoreRequest([item], node: nil), of: 1, from: peer) }
        #expect(node.keyCount == 0)
        let bad = StoreRequest.Item(key: node.place, subkey: [0xc1], value: [1], expiration: 2000)
        let other = PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: 8, count: 32)))
        #expect(try node.answer(StoreRequest([bad, item, item], node: nil), of: 1, from: other).stored == [false, true, false])
        #expect(throws: HivemindError.malformed("a key that is named twice")) {
            try node.answer(FindRequest([node.place, node.place], node: nil), of: 1, from: other)
        }
    }

    @Test("of a request over the rate what fits is kept; dictionaries cost by their entries, kept and found")
    func work() async throws {
        let node = try Self.nodes(1) { ($0.rates.work, $0.rates.workPerSecond) = (66, 1e-6) }[0]
        func peer(_ number: UInt8) -> PeerID {
            PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: number, count: 32)))
        }
        func dictionary(_ key: String, _ count: Int) throws -> StoreRequest.Item {
            let entries = try (0..<count).map { try ExpiringDictionary.Entry(subkey: Subkey("\($0)"), value: [1], expiration: 2000) }
            return StoreRequest.Item(
                key: DHTID(key: key), subkey: StoreRequest.wholeDictionary, value: ExpiringDictionary(entries).bytes, expiration: 2000)
        }
        let plain = (0..<2).map { StoreRequest.Item(key: DHTID(key: "plain \($0)"), value: [1], expiration: 2000) }
        let items = try [plain[0], dictionary("too long", 65), dictionary("fits", 40), plain[1]]
        #expect(try node.answer(StoreRequest(items, node: nil), of: 1, from: peer(1)).stored == [true, false, true, true])
        #expect(node.keyCount == 3)
        // A key and 40 entries are 6.
        var granted = 0
        while granted < 100, (try? node.answer(FindRequest([DHTID(key: "fits")], node: nil), of: 1, from: peer(2))) != nil { granted += 1 }
        #expect(granted == 11)
    }
}
