import Primitives

/// A network of nodes in one process: every node is everybody's peer. It stands where libp2p will, for tests and trials.
///
/// Messages to one node come in the order in which they were sent; nodes do not wait for each other.
public actor InMemoryNetwork {
    /// `GOSSIP_MAX_SIZE` (phase0 p2p-interface), 10 MiB.
    public static let maximumMessageLength = 10 << 20

    private struct Message: Sendable {
        let delivery: GossipDelivery
        let id: Hash32
    }

    private var inboxes: [String: AsyncStream<Message>.Continuation] = [:]
    private var subscriptions: [String: [String: @Sendable (GossipDelivery) async -> GossipVerdict]] = [:]
    private var seen: [String: Set<Hash32>] = [:]
    private var readers: [String: Task<Void, Never>] = [:]
    private var rejected: [String: Int] = [:]
    private var waiters: [Waiter] = []

    private struct Waiter {
        let count: Int
        let topic: String
        let continuation: CheckedContinuation<Void, Never>
    }

    private var isSevered: Set<String> = []

    public init() {}

    /// A node's place in the network.
    public func join(_ name: String) -> any GossipNetwork {
        leave(name)
        let (stream, inbox) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .bufferingOldest(4096))
        inboxes[name] = inbox
        seen[name] = []
        readers[name] = Task { for await message in stream { await self.deliver(message, to: name) } }
        return Member(name: name, network: self)
    }

    public func leave(_ name: String) {
        inboxes.removeValue(forKey: name)?.finish()
        readers.removeValue(forKey: name)?.cancel()
        subscriptions[name] = nil
        seen[name] = nil
    }

    /// Cuts a node off, or joins it again: what is sent meanwhile is lost.
    public func sever(_ name: String, _ severed: Bool) {
        if severed { isSevered.insert(name) } else { isSevered.remove(name) }
    }

    /// How many messages of a peer others rejected.
    public func rejections(of name: String) -> Int { rejected[name] ?? 0 }

    private func subscribe(
        _ name: String, _ topic: String, _ validate: @escaping @Sendable (GossipDelivery) async -> GossipVerdict
    ) {
        subscriptions[name, default: [:]][topic] = validate
        for waiter in waiters where isMet(waiter) { waiter.continuation.resume() }
        waiters.removeAll(where: isMet)
    }

    /// Returns once so many nodes have subscribed to a topic whose name contains `topic`.
    public func waitForMembers(_ count: Int, topic: String) async {
        await withCheckedContinuation { continuation in
            let waiter = Waiter(count: count, topic: topic, continuation: continuation)
            if isMet(waiter) { continuation.resume() } else { waiters.append(waiter) }
        }
    }

    private func isMet(_ waiter: Waiter) -> Bool {
        subscriptions.values.count { $0.keys.contains { $0.contains(waiter.topic) } } >= waiter.count
    }

    private func publish(_ name: String, _ topic: String, _ bytes: [UInt8]) throws {
        guard bytes.count <= Self.maximumMessageLength else {
            throw GossipError.tooLong(bytes: bytes.count, limit: Self.maximumMessageLength)
        }
        let message = Message(
            delivery: GossipDelivery(topic: topic, bytes: bytes, sender: name), id: SHA256.hash(Array(topic.utf8) + bytes))
        guard seen[name]?.insert(message.id).inserted == true else { return }
        send(message)
    }

    private func send(_ message: Message) {
        let sender = message.delivery.sender
        guard !isSevered.contains(sender) else { return }
        for (name, inbox) in inboxes where name != sender && !isSevered.contains(name) { inbox.yield(message) }
    }

    private func deliver(_ message: Message, to name: String) async {
        guard let validate = subscriptions[name]?[message.delivery.topic], seen[name]?.insert(message.id).inserted == true else { return }
        switch await validate(message.delivery) {
        case .accept:
            let forwarded = GossipDelivery(topic: message.delivery.topic, bytes: message.delivery.bytes, sender: name)
            send(Message(delivery: forwarded, id: message.id))
        case .ignore: break
        case .reject: rejected[message.delivery.sender, default: 0] += 1
        }
    }

    private struct Member: GossipNetwork {
        let name: String
        let network: InMemoryNetwork

        func subscribe(_ topic: String, validate: @escaping @Sendable (GossipDelivery) async -> GossipVerdict) async {
            await network.subscribe(name, topic, validate)
        }

        func publish(_ topic: String, _ bytes: [UInt8]) async throws { try await network.publish(name, topic, bytes) }
    }
}
