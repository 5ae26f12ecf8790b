import GossipNetwork
import Testing

@Suite("Network in one process")
struct InMemoryNetworkTests {
    /// A member that hands on what it takes, and answers with `verdict`.
    private func member(
        _ name: String, of network: InMemoryNetwork, answering verdict: GossipVerdict
    ) async -> (network: any GossipNetwork, taken: AsyncStream<GossipDelivery>) {
        let member = await network.join(name)
        let (stream, inbox) = AsyncStream.makeStream(of: GossipDelivery.self)
        await member.subscribe("topic") { delivery in
            inbox.yield(delivery)
            return verdict
        }
        return (member, stream)
    }

    @Test("A message reaches every other node once, whoever sends it on")
    func once() async throws {
        let network = InMemoryNetwork()
        let members = [
            await member("a", of: network, answering: .accept), await member("b", of: network, answering: .accept),
            await member("c", of: network, answering: .accept),
        ]
        try await members[0].network.publish("topic", [1])
        // Heard already: goes nowhere.
        try await members[1].network.publish("other", [9])
        for receiver in members.dropFirst() {
            var taken = receiver.taken.makeAsyncIterator()
            #expect(await taken.next()?.bytes == [1])
        }
        try await members[0].network.publish("topic", [1])
        try await members[2].network.publish("topic", [2])
        // The next thing that the others hear is the new message.
        for receiver in members.prefix(2) {
            var taken = receiver.taken.makeAsyncIterator()
            #expect(await taken.next() == GossipDelivery(topic: "topic", bytes: [2], sender: "c"))
        }
    }

    @Test("Messages of one node come in the order in which it sent them")
    func order() async throws {
        let network = InMemoryNetwork()
        let sender = await network.join("a")
        let receiver = await member("b", of: network, answering: .ignore)
        for byte in 0..<100 { try await sender.publish("topic", [UInt8(byte)]) }
        var taken = receiver.taken.makeAsyncIterator()
        for byte in 0..<100 { #expect(await taken.next()?.bytes == [UInt8(byte)]) }
    }

    @Test("A rejected message counts against its sender, and one too long is not sent")
    func rejected() async throws {
        let network = InMemoryNetwork()
        let sender = await network.join("a")
        let receiver = await member("b", of: network, answering: .reject)
        try await sender.publish("topic", [1])
        try await sender.publish("topic", [2])
        var taken = receiver.taken.makeAsyncIterator()
        _ = await taken.next()
        // The second is delivered after the first was judged.
        _ = await taken.next()
        #expect(await network.rejections(of: "a") >= 1)
        await #expect(throws: GossipError.self) {
            try await sender.publish("topic", [UInt8](repeating: 0, count: InMemoryNetwork.maximumMessageLength + 1))
        }
    }
}
