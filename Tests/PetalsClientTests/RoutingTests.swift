import HivemindWire
import MessagePack
import Multiformats
import PeerIdentity
import PetalsWire
import TestSupport
import Testing

@testable import PetalsClient

@Suite("Which servers are chained")
struct RoutingTests {
    static func span(_ number: UInt8, _ blocks: Range<Int>, rate: Double? = nil, cache: Int? = nil) -> RemoteSpan {
        var info = ServerInfo(state: .online, throughput: 1)
        (info.inferenceRate, info.cacheTokensLeft) = (rate, cache)
        return RemoteSpan(peer: FakeSwarm.peer(number), blocks: blocks, info: info)
    }

    /// The least time of any cover, by trying all of them.
    static func least(_ blocks: Range<Int>, _ spans: [RemoteSpan], _ cost: ChainCost) -> Double {
        guard !blocks.isEmpty else { return 0 }
        var best = Double.infinity
        for span in spans where span.blocks.contains(blocks.lowerBound) {
            for end in blocks.lowerBound + 1...min(span.blocks.upperBound, blocks.upperBound) {
                let rest = least(end..<blocks.upperBound, spans, cost)
                best = min(best, cost.seconds(span, end - blocks.lowerBound) + rest)
            }
        }
        return best
    }

    @Test("of all covers the one with the least time, each block once and in order; none where a block has no server")
    func covers() {
        var random = SeededGenerator(seed: 11)
        var (found, missing) = (0, 0)
        for _ in 0..<200 {
            let count = Int.random(in: 1...7, using: &random)
            let spans = (0..<Int.random(in: 1...5, using: &random)).map { number in
                let start = Int.random(in: 0..<count, using: &random)
                let blocks = start..<Int.random(in: start + 1...count, using: &random)
                return Self.span(
                    UInt8(number), blocks, rate: Bool.random(using: &random) ? Double.random(in: 0...50, using: &random) : nil,
                    cache: Bool.random(using: &random) ? Int.random(in: 0...200, using: &random) : nil)
            }
            var cost = ChainCost()
            cost.cacheTokens = 10
            for span in spans where Bool.random(using: &random) { cost.delays[span.peer] = Double.random(in: 0...2, using: &random) }
            let start = Int.random(in: 0..<count, using: &random)
            let least = Self.least(start..<count, spans, cost)
            guard let chain = cost.chain(start..<count, of: spans) else {
                missing += 1
                #expect(least == .infinity)
                continue
            }
            found += 1
            #expect(chain.flatMap(\.blocks) == Array(start..<count))
            for part in chain {
                let whole = spans.first { $0.peer == part.peer && $0.blocks.clamped(to: part.blocks) == part.blocks }
                #expect(whole != nil)
            }
            // A part's cache is reckoned by the whole span, so its cost is asked of that.
            let total = chain.reduce(0.0) { sum, part in
                let whole = spans.filter { $0.peer == part.peer && $0.blocks.clamped(to: part.blocks) == part.blocks }
                return sum + (whole.map { cost.seconds($0, part.blocks.count) }.min() ?? .infinity)
            }
            #expect(abs(total - least) <= 1e-9 * max(1, least))
        }
        #expect(found > 50 && missing > 50)
    }

    @Test("a near server is taken before a fast one far away, a server without room last, and one that lies about its rate is no zero")
    func preferences() {
        let (near, far) = (Self.span(1, 0..<4, rate: 50), Self.span(2, 0..<4, rate: 5000))
        var cost = ChainCost(delays: [near.peer: 0.01, far.peer: 1])
        #expect(cost.chain(0..<4, of: [far, near])?.map(\.peer) == [near.peer])
        cost.delays[far.peer] = 0.01
        #expect(cost.chain(0..<4, of: [far, near])?.map(\.peer) == [far.peer])
        let full = Self.span(2, 0..<4, rate: 5000, cache: 799)
        cost.cacheTokens = 100
        #expect(cost.chain(0..<4, of: [full, near])?.map(\.peer) == [near.peer])
        #expect(cost.chain(0..<4, of: [full])?.map(\.peer) == [full.peer])
        #expect(cost.chain(0..<4, of: [Self.span(2, 0..<4, rate: 5000, cache: 800), near])?.map(\.peer) == [far.peer])
        #expect(cost.seconds(Self.span(3, 0..<1, rate: 0), 1).isFinite)
    }

    @Test("spans are blocks in a row under whose names a server stands online; another state, a gap and a missing adapter end them")
    func spans() {
        let (one, two) = (FakeSwarm.peer(1), FakeSwarm.peer(2))
        var adapted = ServerInfo(state: .online, throughput: 1, blocks: 0..<99)
        adapted.adapters = ["a"]
        let (online, joining) = (ServerInfo(state: .online, throughput: 1), ServerInfo(state: .joining, throughput: 1))
        let announced = [[one: online, two: adapted], [one: online, two: adapted], [two: joining], [one: online], [:]]
        let spans = RemoteSpan.spans(of: announced)
        #expect(spans.map(\.blocks) == [0..<2, 0..<2, 3..<4] && spans.last?.peer == one)
        #expect(RemoteSpan.spans(of: announced, adapter: "a").map(\.peer) == [two])
        #expect(RemoteSpan.spans(of: announced, allowed: [one]).map(\.blocks) == [0..<2, 3..<4])
        #expect(RemoteSpan.spans(of: announced, allowed: []).isEmpty && RemoteSpan.spans(of: []).isEmpty)
    }

    @Test("a ban doubles with each failure in a row, ends at an hour, and a success forgets it")
    func bans() {
        var (bans, peer) = (ServerBans(), FakeSwarm.peer(1))
        var ends: [Double] = []
        for _ in 0..<40 {
            bans.failed(peer, now: 1000)
            ends.append((0..<5000).first { !bans.isBanned(peer, now: 1000 + Double($0)) }.map(Double.init) ?? .infinity)
        }
        #expect(ends.prefix(5) == [15, 30, 60, 120, 240] && ends.last == 3600)
        bans.succeeded(peer)
        #expect(!bans.isBanned(peer, now: 1000))
        for number in 0..<5000 {
            peer = PeerID(.init(peerKey: [UInt8(number & 255), UInt8(number >> 8)]))
            bans.failed(peer, now: 2000)
        }
        #expect(!bans.isBanned(peer, now: 2000), "no more than so many are noted")
        bans.failed(peer, now: 3000)
        #expect(bans.isBanned(peer, now: 3000), "those whose time is over make room")
    }

    @Test("entries of the DHT that cannot be read are passed over")
    func announcements() throws {
        let info = ServerInfo(state: .online, throughput: 2.5, blocks: 1..<4)
        func entry(_ subkey: Subkey, _ value: [UInt8], _ expiration: Double = 10) -> ExpiringDictionary.Entry {
            .init(subkey: subkey, value: value, expiration: expiration)
        }
        let name = try Subkey("\(FakeSwarm.peer(1))")
        let found = HivemindBlockNetwork.servers(
            ExpiringDictionary([
                entry(name, info.bytes), entry(try Subkey("no peer"), info.bytes), entry(try Subkey(.integer(7)), info.bytes),
                entry(try Subkey("\(FakeSwarm.peer(2))"), [0xc1]), entry(try Subkey("\(FakeSwarm.peer(3))"), []),
            ]))
        #expect(found == [FakeSwarm.peer(1): info])
        let many = try (0..<400).map {
            entry(try Subkey("\(PeerID(.init(peerKey: [UInt8($0 & 255), UInt8($0 >> 8)])))"), info.bytes, Double($0))
        }
        #expect(HivemindBlockNetwork.servers(ExpiringDictionary(many)).count == HivemindBlockNetwork.maximumServers)
    }
}
