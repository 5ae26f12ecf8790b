import ContentRouting
import Testing

@Suite("Network in one process")
struct InMemoryNetworkTests {
    private static let topic = Topic("topic")

    private struct Member {
        let topics: any MessageTopics
        /// What it was shown, in order.
        let shown: AsyncStream<TopicMessage>
        let accepted: AsyncStream<TopicMessage>
    }

    /// A member that hands on what it is shown, and answers with `verdict`.
    private func member(_ name: String, of network: InMemoryNetwork, answering verdict: MessageVerdict) async -> Member {
        let topics = await network.join(name)
        let (shown, inbox) = AsyncStream.makeStream(of: TopicMessage.self)
        let accepted = await topics.subscribe(Self.topic) { message in
            inbox.yield(message)
            return verdict
        }
        return Member(topics: topics, shown: shown, accepted: accepted)
    }

    private func message(_ byte: UInt8, from name: String?) -> TopicMessage {
        TopicMessage(topic: Self.topic, data: [byte], source: name.map(InMemoryNetwork.peer))
    }

    @Test("A message reaches every node once, whoever sends it on, and its sender's own subscribers")
    func once() async throws {
        let network = InMemoryNetwork()
        let (a, b) = (await member("a", of: network, answering: .accept), await member("b", of: network, answering: .accept))
        let c = await member("c", of: network, answering: .accept)
        try await a.topics.publish([1], on: Self.topic)
        // Nobody listens.
        try await b.topics.publish([9], on: Topic("other"))
        for receiver in [b, c] {
            var shown = receiver.shown.makeAsyncIterator()
            #expect(await shown.next()?.data == [1])
        }
        // Sent before: goes nowhere.
        try await a.topics.publish([1], on: Self.topic)
        try await c.topics.publish([2], on: Self.topic)
        // The next thing that the others hear is the new message.
        var shown = b.shown.makeAsyncIterator()
        #expect(await shown.next() == message(2, from: "c"))
        var own = a.accepted.makeAsyncIterator()
        #expect(await own.next() == message(1, from: nil))
        #expect(await own.next() == message(2, from: "c"))
    }

    @Test("Messages of one node come in the order in which it sent them")
    func order() async throws {
        let network = InMemoryNetwork()
        let sender = await network.join("a")
        let receiver = await member("b", of: network, answering: .ignore)
        for byte in 0..<100 as Range<UInt8> { try await sender.publish([byte], on: Self.topic) }
        var shown = receiver.shown.makeAsyncIterator()
        for byte in 0..<100 as Range<UInt8> { #expect(await shown.next()?.data == [byte]) }
    }

    @Test("A rejected message counts against its sender and goes to no subscriber, and one too long is not sent")
    func rejected() async throws {
        let network = InMemoryNetwork()
        let sender = await network.join("a")
        let receiver = await member("b", of: network, answering: .reject)
        try await sender.publish([1], on: Self.topic)
        try await sender.publish([2], on: Self.topic)
        var shown = receiver.shown.makeAsyncIterator()
        _ = await shown.next()
        // The second is shown after the first was judged.
        _ = await shown.next()
        #expect(await network.rejections(of: "a") >= 1)
        await network.leave("b")
        #expect(await receiver.accepted.reduce(0) { count, _ in count + 1 } == 0)
        await #expect(throws: RoutingError.self) {
            try await sender.publish([UInt8](repeating: 0, count: InMemoryNetwork.maximumMessageLength + 1), on: Self.topic)
        }
    }

    @Test("A subscriber that leaves hears no more, and the others go on")
    func leaving() async throws {
        let network = InMemoryNetwork()
        let topics = await network.join("a")
        let sender = await network.join("b")
        _ = await topics.subscribe(Self.topic) { _ in .reject }
        // The stream of the one above is gone with it.
        while await network.members(of: Self.topic) > 0 { await Task.yield() }
        var accepted = await topics.subscribe(Self.topic) { _ in .accept }.makeAsyncIterator()
        try await sender.publish([1], on: Self.topic)
        #expect(await accepted.next() == message(1, from: "b"))
        #expect(await network.rejections(of: "b") == 0)
    }
}
