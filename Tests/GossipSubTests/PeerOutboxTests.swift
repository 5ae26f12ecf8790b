import GossipSimulator
import PeerIdentity
import Testing

@testable import GossipSub

@Suite("What waits for a peer of gossipsub")
struct PeerOutboxTests {
    private static let second: UInt64 = 1_000_000_000

    private static func peer(_ number: Int) -> PeerID { GossipSimulator.peer(number) }

    /// A router in topic `t` with peers 1 to 3 in its mesh and nothing that waits.
    private static func router(_ change: (inout GossipParameters) -> Void = { _ in }) -> GossipRouter {
        var parameters = GossipParameters()
        parameters.signing = .strictNoSign
        parameters.messageID = { Array($0.data.prefix(2)) }
        parameters.floodPublish = false
        change(&parameters)
        var router = GossipRouter(local: peer(0), key: nil, parameters: parameters, seed: 1, firstSequence: 0)
        router.subscribe("t", now: second)
        var hello = GossipRPC()
        hello.subscriptions = [.init("t", true)]
        for number in 1...3 {
            router.addPeer(peer(number), version: .v12, isOutbound: false, address: nil, now: second)
            router.receive(hello, from: peer(number), now: second)
        }
        _ = router.drain()
        return router
    }

    private static func message(_ bytes: [UInt8]) -> GossipRPC {
        var rpc = GossipRPC()
        rpc.messages = [PubSubMessage(topic: "t", data: bytes)]
        return rpc
    }

    @Test("a message is not sent to a peer that sent it, named it or does not want it while it waited", arguments: [true, false])
    func withdrawal(withdraws: Bool) throws {
        var router = Self.router { $0.withdrawsMessages = withdraws }
        try router.publish("t", [1], now: 2 * Self.second)
        #expect(router.takeFresh() == [1, 2, 3].map(Self.peer) && router.waitingBytes == 3 * (1 + PeerOutbox.overhead))
        router.receive(Self.message([1]), from: Self.peer(1), now: 2 * Self.second)
        var rpc = GossipRPC()
        rpc.have = [.init(topic: "t", ids: [[1]])]
        router.receive(rpc, from: Self.peer(2), now: 2 * Self.second)
        rpc = GossipRPC()
        rpc.unwanted = [[1]]
        router.receive(rpc, from: Self.peer(3), now: 2 * Self.second)
        for number in 1...3 {
            #expect(router.take(for: Self.peer(number), limit: 1000)?.messages.count == (withdraws ? nil : 1))
        }
        #expect(router.waitingBytes == 0)
    }

    @Test("of a message that is asked for while it waits one copy is sent")
    func once() throws {
        var router = Self.router()
        try router.publish("t", [1], now: 2 * Self.second)
        var rpc = GossipRPC()
        rpc.want = [[1]]
        router.receive(rpc, from: Self.peer(1), now: 2 * Self.second)
        #expect(router.take(for: Self.peer(1), limit: 1000)?.messages.map(\.data) == [[1]])
        #expect(router.take(for: Self.peer(1), limit: 1000) == nil)
        router.receive(rpc, from: Self.peer(1), now: 2 * Self.second)
        #expect(router.take(for: Self.peer(1), limit: 1000)?.messages.map(\.data) == [[1]])
    }

    @Test("messages go in their order, in parts of about the limit, and a large one alone")
    func parts() throws {
        var router = Self.router()
        let sizes = [3, 3, 90, 4, 4, 4]
        for (index, size) in sizes.enumerated() {
            try router.publish("t", [UInt8(200 + index), 1] + [UInt8](repeating: 0, count: size - 2), now: 2 * Self.second)
        }
        var taken: [[Int]] = []
        while let rpc = router.take(for: Self.peer(1), limit: 8) { taken.append(rpc.messages.map(\.data.count)) }
        #expect(taken == [[3, 3], [90], [4, 4], [4]])
        for index in 0..<2_000 { try router.publish("t", [UInt8(index >> 8), UInt8(index & 255), 1], now: 2 * Self.second) }
        for index in stride(from: 0, to: 2_000, by: 2) {
            router.receive(Self.message([UInt8(index >> 8), UInt8(index & 255), 1]), from: Self.peer(1), now: 2 * Self.second)
        }
        var ids: [Int] = []
        while let rpc = router.take(for: Self.peer(1), limit: 50) { ids += rpc.messages.map { Int($0.data[0]) << 8 | Int($0.data[1]) } }
        #expect(ids == Array(stride(from: 1, to: 2_000, by: 2)))
    }

    @Test("a peer that does not read holds no more than its bytes; the oldest go, and are there for who asks")
    func bounded() throws {
        let five = 5 * (20 + PeerOutbox.overhead)
        var router = Self.router { $0.maximumWaitingBytes = five }
        for index in 0..<20 {
            try router.publish("t", [UInt8(index), 0] + [UInt8](repeating: 0, count: 18), now: 2 * Self.second)
        }
        #expect(router.waitingBytes == 3 * five)
        var rpc = GossipRPC()
        rpc.want = [[3, 0]]
        router.receive(rpc, from: Self.peer(1), now: 2 * Self.second)
        #expect(router.take(for: Self.peer(1), limit: 1000)?.messages.map { $0.data[0] } == [16, 17, 18, 19, 3])
        router.removePeer(Self.peer(2), now: 3 * Self.second)
        #expect(router.waitingBytes == five)
    }

    @Test("where too much waits in all, whoever reads least loses its oldest")
    func boundedInAll() throws {
        let one = 5 + PeerOutbox.overhead
        var router = Self.router { $0.maximumWaitingBytesInAll = 10 * one }
        for index in 0..<10 {
            try router.publish("t", [UInt8(index), 0] + [UInt8](repeating: 0, count: 3), now: 2 * Self.second)
            for number in 1...2 { #expect(router.take(for: Self.peer(number), limit: 1000) != nil) }
        }
        #expect(router.waitingBytes == 8 * one, "two of ten went while all three had one that waited")
        try router.publish("t", [50, 0, 0, 0, 0], now: 2 * Self.second)
        #expect(router.waitingBytes <= 10 * one)
        for number in 1...2 { #expect(router.take(for: Self.peer(number), limit: 1000)?.messages.map { $0.data[0] } == [50]) }
        #expect(router.take(for: Self.peer(3), limit: 1000)?.messages.map { $0.data[0] } == [3, 4, 5, 6, 7, 8, 9, 50])
        #expect(router.waitingBytes == 0)
    }

    @Test("what is sent or taken out leaves nothing behind, though a message at the front stays")
    func forgets() {
        var outbox = PeerOutbox(withdraws: true)
        outbox.add(PubSubMessage(topic: "t", data: [1]), [1], limit: .max)
        for index in 0..<10_000 {
            let id = [UInt8(index >> 8), UInt8(index & 255)]
            outbox.add(PubSubMessage(topic: "t", data: [2]), id, limit: .max)
            outbox.withdraw(id)
            if index == 100 { outbox.add(PubSubMessage(topic: "t", data: [9]), [9], limit: .max) }
        }
        #expect(outbox.entries.count < 1000)
        // What stayed is still found where it is after all the tidying.
        outbox.withdraw([9])
        #expect(outbox.bytes == 1 + PeerOutbox.overhead)
        outbox.add(PubSubMessage(topic: "t", data: [3]), [3], limit: .max)
        outbox.add(PubSubMessage(topic: "t", data: [4]), [4], limit: .max)
        outbox.withdraw([3])
        let sent = outbox.take(limit: 1)
        #expect(sent?.messages.map(\.data) == [[1]])
        #expect(outbox.entries.count { $0.message != nil } == 1, "what is sent is let go at once")
        let last = outbox.take(limit: 1)
        #expect(last?.messages.map(\.data) == [[4]] && outbox.isEmpty && outbox.bytes == 0)
    }

    @Test("steady control does not hold back a message that does not fit beside it, nor the other way round")
    func turns() {
        var outbox = PeerOutbox(withdraws: true)
        let long = [UInt8](repeating: 1, count: 90)
        for id in 1...2 { outbox.add(PubSubMessage(topic: "t", data: long), [UInt8(id)], limit: .max) }
        var (messages, wanted): ([Int], [Int]) = ([], [])
        for number in 0..<4 {
            outbox.tell { $0.want.append([UInt8(number)]) }
            let rpc = outbox.take(limit: 8)
            messages.append(rpc?.messages.count ?? 0)
            wanted.append(rpc?.want.count ?? 0)
        }
        #expect(messages == [0, 1, 0, 1])
        #expect(wanted == [1, 0, 2, 0])
    }

    @Test("of grafts and prunes that wait the last word is sent")
    func lastWord() {
        var router = Self.router()
        router.unsubscribe("t", now: 2 * Self.second)
        router.subscribe("t", now: 20 * Self.second)
        let rpc = router.take(for: Self.peer(1), limit: 1000)
        #expect(rpc?.subscriptions == [.init("t", false), .init("t", true)])
        #expect(rpc?.graft == ["t"] && rpc?.prune == [])
    }

    @Test("a long message of this node goes to its mesh alone")
    func flood() throws {
        var router = Self.router {
            ($0.floodPublish, $0.floodPublishLimit) = (true, 4)
            ($0.Dlow, $0.D) = (1, 1)
        }
        try router.publish("t", [1, 1, 1, 1], now: 2 * Self.second)
        #expect(router.drain().count == 3)
        try router.publish("t", [2, 2, 2, 2, 2], now: 2 * Self.second)
        #expect(router.drain().count == 1)
    }
}
