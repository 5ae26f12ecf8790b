import GossipSimulator
import LibP2PProtocols
import PeerIdentity
import Testing

@testable import GossipSub

@Suite("Gossipsub's router")
struct RouterTests {
    private static let second: UInt64 = 1_000_000_000

    private static func peer(_ number: Int) -> PeerID { GossipSimulator.peer(number) }

    private static func router(_ change: (inout GossipParameters) -> Void = { _ in }, scoring: ScoreParameters = .init()) -> GossipRouter {
        var parameters = GossipParameters()
        parameters.signing = .strictNoSign
        parameters.messageID = { $0.data }
        parameters.floodPublish = false
        change(&parameters)
        return GossipRouter(local: peer(0), key: nil, parameters: parameters, scoring: scoring, seed: 1, firstSequence: 0)
    }

    /// A router in topic `t` with peers 1 to `count` in it.
    private static func meshed(_ count: Int, _ change: (inout GossipParameters) -> Void = { _ in }) -> GossipRouter {
        var router = router(change)
        router.subscribe("t", now: second)
        for number in 1...count { join(&router, number) }
        _ = router.drain()
        return router
    }

    private static func join(_ router: inout GossipRouter, _ number: Int, _ version: GossipRouter.Version = .v12) {
        router.addPeer(peer(number), version: version, isOutbound: false, address: nil, now: second)
        var hello = GossipRPC()
        hello.subscriptions = [.init("t", true)]
        router.receive(hello, from: peer(number), now: second)
    }

    private static func message(_ bytes: [UInt8]) -> GossipRPC {
        var rpc = GossipRPC()
        rpc.messages = [PubSubMessage(topic: "t", data: bytes)]
        return rpc
    }

    private static func sends(_ actions: [GossipRouter.Action]) -> [(PeerID, GossipRPC)] {
        actions.compactMap { if case .send(let peer, let rpc) = $0 { (peer, rpc) } else { nil } }
    }

    @Test("peers are grafted until the mesh has its least, and no more than its most are let in")
    func mesh() {
        var router = Self.meshed(3)
        #expect(router.meshPeers("t").count == 3)
        for number in 4...30 { Self.join(&router, number) }
        #expect(router.meshPeers("t").count == 4)
        for number in 5...30 {
            var rpc = GossipRPC()
            rpc.graft = ["t"]
            router.receive(rpc, from: Self.peer(number), now: 2 * Self.second)
        }
        #expect(router.meshPeers("t").count == 12)
        let refused = Self.sends(router.drain()).filter { !$0.1.prune.isEmpty }
        #expect(refused.count == 18 && refused.allSatisfy { $0.1.prune.first?.backoff == 60 })
    }

    @Test("a message is judged once, forwarded once accepted, and never to those who had it")
    func forwarding() {
        var router = Self.meshed(4)
        router.receive(Self.message([1]), from: Self.peer(1), now: 2 * Self.second)
        router.receive(Self.message([1]), from: Self.peer(2), now: 2 * Self.second)
        let judged = router.drain().count { if case .validate = $0 { true } else { false } }
        #expect(judged == 1)
        router.validated([1], .accept, now: 2 * Self.second)
        #expect(Set(Self.sends(router.drain()).filter { !$0.1.messages.isEmpty }.map(\.0)) == [Self.peer(3), Self.peer(4)])
        router.receive(Self.message([2]), from: Self.peer(1), now: 2 * Self.second)
        _ = router.drain()
        router.validated([2], .ignore, now: 2 * Self.second)
        #expect(Self.sends(router.drain()).isEmpty)
    }

    @Test("an id that was worked out before is taken as it is, and one that was not is worked out")
    func idsWorkedOut() {
        var asked = 0
        var router = Self.meshed(4)
        for ids in [[[7]], [[]], []] as [[[UInt8]]] {
            router.receive(Self.message([1]), from: Self.peer(1), now: 2 * Self.second, ids: ids)
            for case .validate(_, let id, _) in router.drain() {
                asked += 1
                #expect(id == (asked == 1 ? [7] : [1]))
            }
        }
        #expect(asked == 2)
    }

    @Test("what is rejected counts against everybody who sent it; the score outlives a reconnection and the peer is not grafted")
    func rejection() {
        var router = Self.meshed(4)
        for index in 0..<3 {
            router.receive(Self.message([9, UInt8(index)]), from: Self.peer(1), now: 2 * Self.second)
            router.validated([9, UInt8(index)], .reject, now: 2 * Self.second)
        }
        #expect(router.score(Self.peer(1)) == -180)
        router.heartbeat(now: 3 * Self.second)
        #expect(!router.meshPeers("t").contains(Self.peer(1)))
        router.removePeer(Self.peer(1), now: 4 * Self.second)
        Self.join(&router, 1)
        #expect(router.score(Self.peer(1)) < -100)
        var rpc = GossipRPC()
        rpc.graft = ["t"]
        router.receive(rpc, from: Self.peer(1), now: 90 * Self.second)
        #expect(!router.meshPeers("t").contains(Self.peer(1)))
        // Graylisted: nothing that it says is heard any more.
        _ = router.drain()
        router.receive(Self.message([8]), from: Self.peer(1), now: 90 * Self.second)
        #expect(router.drain().isEmpty)
    }

    @Test("a graft in the time of back-off is a misbehaviour, a second one at once counts double")
    func backoff() {
        var router = Self.meshed(4)
        var rpc = GossipRPC()
        rpc.prune = [.init(topic: "t", backoff: 60)]
        router.receive(rpc, from: Self.peer(1), now: 2 * Self.second)
        #expect(!router.meshPeers("t").contains(Self.peer(1)))
        rpc = GossipRPC()
        rpc.graft = ["t"]
        router.receive(rpc, from: Self.peer(1), now: 30 * Self.second)
        #expect(router.score(Self.peer(1)) == -10)
        router.receive(rpc, from: Self.peer(1), now: 31 * Self.second)
        #expect(router.score(Self.peer(1)) == -90)
    }

    @Test("a peer that starts anew and grafts all its topics in the time of back-off did one thing wrong, not one a topic")
    func backoffAfterRestart() {
        let topics = (0..<79).map { "topic \($0)" }
        var router = Self.router()
        for topic in topics { router.subscribe(topic, now: Self.second) }
        func meet() {
            router.addPeer(Self.peer(1), version: .v12, isOutbound: false, address: nil, now: Self.second)
            var hello = GossipRPC()
            hello.subscriptions = topics.map { .init($0, true) }
            router.receive(hello, from: Self.peer(1), now: Self.second)
        }
        meet()
        #expect(topics.allSatisfy { router.meshPeers($0).count == 1 })
        // It prunes this node, and is killed: of the back-off it knows nothing any more.
        var rpc = GossipRPC()
        rpc.prune = topics.map { .init(topic: $0, backoff: 60) }
        router.receive(rpc, from: Self.peer(1), now: 2 * Self.second)
        router.removePeer(Self.peer(1), now: 3 * Self.second)
        meet()
        rpc = GossipRPC()
        rpc.graft = topics
        router.receive(rpc, from: Self.peer(1), now: 20 * Self.second)
        #expect(router.score(Self.peer(1)) == -10)
        #expect(topics.allSatisfy { router.meshPeers($0).isEmpty })
    }

    @Test("what was heard is gossiped to those outside the mesh, given to who asks, three times at most")
    func gossip() throws {
        var router = Self.meshed(4)
        Self.join(&router, 5)
        _ = router.drain()
        try router.publish("t", [7], now: 2 * Self.second)
        #expect(Self.sends(router.drain()).filter { !$0.1.messages.isEmpty }.count == 4)
        router.heartbeat(now: 3 * Self.second)
        let told = Self.sends(router.drain()).filter { !$0.1.have.isEmpty }
        #expect(told.map(\.0) == [Self.peer(5)] && told[0].1.have[0].ids == [[7]])
        var rpc = GossipRPC()
        rpc.want = [[7], [99]]
        for round in 0..<5 {
            router.receive(rpc, from: Self.peer(5), now: 3 * Self.second)
            #expect(Self.sends(router.drain()).flatMap(\.1.messages).count == (round < 3 ? 1 : 0))
        }
    }

    @Test("a flood of IHAVE is answered within bounds, and promises that are not kept count against it")
    func haveFlood() {
        var router = Self.meshed(4)
        Self.join(&router, 5)
        _ = router.drain()
        var asked = 0
        for flood in 0..<30 {
            var rpc = GossipRPC()
            rpc.have = [.init(topic: "t", ids: (0..<1000).map { [UInt8(flood), UInt8($0 >> 8), UInt8($0 & 255)] })]
            router.receive(rpc, from: Self.peer(5), now: 2 * Self.second)
            asked += Self.sends(router.drain()).reduce(0) { $0 + $1.1.want.count }
        }
        #expect(asked == 5000)
        router.heartbeat(now: 6 * Self.second)
        #expect(router.score(Self.peer(5)) < -100)
    }

    @Test("a large message is announced as unwanted, and not sent to who does not want it")
    func unwanted() throws {
        var router = Self.meshed(4)
        let large = [UInt8](repeating: 5, count: 4096)
        router.receive(Self.message(large), from: Self.peer(1), now: 2 * Self.second)
        let told = Self.sends(router.drain()).filter { !$0.1.unwanted.isEmpty }.map(\.0)
        #expect(Set(told) == [Self.peer(2), Self.peer(3), Self.peer(4)])
        var rpc = GossipRPC()
        rpc.unwanted = [large]
        router.receive(rpc, from: Self.peer(2), now: 2 * Self.second)
        router.validated(large, .accept, now: 2 * Self.second)
        #expect(Set(Self.sends(router.drain()).filter { !$0.1.messages.isEmpty }.map(\.0)) == [Self.peer(3), Self.peer(4)])
    }

    @Test("signed messages verify; what is altered, anonymous or signed where nothing is signed is refused")
    func signing() throws {
        let key = try PeerKeyPair(seed: [UInt8](repeating: 3, count: 32))
        var message = try PubSubMessage(topic: "t", data: [1, 2], sequence: 9, key: key)
        #expect(message.isSigned && !message.isAnonymous)
        #expect(try PubSubMessage(bytes: message.bytes) == message)
        message.data = [1, 3]
        #expect(!message.isSigned)
        #expect(!PubSubMessage(topic: "t", data: []).isSigned)
        var router = Self.meshed(2)
        var rpc = GossipRPC()
        rpc.messages = [try PubSubMessage(topic: "t", data: [4], sequence: 1, key: key)]
        router.receive(rpc, from: Self.peer(1), now: 2 * Self.second)
        #expect(router.drain().isEmpty && router.score(Self.peer(1)) < 0)
    }

    @Test("every part of a message comes back; garbage and too many entries are refused")
    func wire() throws {
        var rpc = GossipRPC()
        rpc.subscriptions = [.init("a", true), .init("b", false)]
        rpc.messages = [PubSubMessage(topic: "a", data: [1])]
        rpc.have = [.init(topic: "a", ids: [[1], [2, 3]])]
        rpc.want = [[4]]
        rpc.graft = ["a"]
        rpc.prune = [.init(topic: "b", peers: [.init(id: [1], record: [2]), .init(id: [3])], backoff: 60)]
        rpc.unwanted = [[5], [6]]
        #expect(try GossipRPC(bytes: rpc.bytes) == rpc)
        #expect(throws: WireError.self) { try GossipRPC(bytes: [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]) }
        var many = GossipRPC()
        many.subscriptions = (0..<5000).map { .init("\($0)", true) }
        #expect(throws: WireError.self) { try GossipRPC(bytes: many.bytes) }
    }
}
