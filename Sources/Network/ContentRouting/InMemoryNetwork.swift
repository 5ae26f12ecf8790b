import Multiformats
public import PeerIdentity
import Primitives

/// A network of nodes in one process: every node is everybody's peer. It stands where libp2p will, for tests and trials.
///
/// Messages to one node come in the order in which they were sent; nodes do not wait for each other.
public actor InMemoryNetwork {
    /// `GOSSIP_MAX_SIZE` (phase0 p2p-interface), 10 MiB.
    public static let maximumMessageLength = 10 << 20
    /// Messages on their way to one node, and accepted ones that a subscriber has not read.
    private static let backlog = 4096

    private struct Letter: Sendable {
        let message: TopicMessage
        /// The node that sent it on.
        let sender: String
        let id: Hash32
    }

    private struct Subscriber: Sendable {
        let validate: @Sendable (TopicMessage) async -> MessageVerdict
        let outlet: AsyncStream<TopicMessage>.Continuation
    }

    private struct Node {
        let inbox: AsyncStream<Letter>.Continuation
        let reader: Task<Void, Never>
        var seen: Set<Hash32> = []
        var subscribers: [Topic: [UInt64: Subscriber]] = [:]
    }

    private struct Waiter {
        let count: Int
        let topic: String
        let continuation: CheckedContinuation<Void, Never>
    }

    private var nodes: [String: Node] = [:]
    private var rejected: [String: Int] = [:]
    private var waiters: [Waiter] = []
    private var severed: Set<String> = []
    private var subscriptions: UInt64 = 0

    public init() {}

    /// The peer id that a node of this name has.
    public static func peer(_ name: String) -> PeerID { PeerID(Multihash(peerKey: SHA256.hash(Array(name.utf8)).bytes)) }

    /// A node's place in the network.
    public func join(_ name: String) -> any MessageTopics {
        leave(name)
        let (stream, inbox) = AsyncStream.makeStream(of: Letter.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        nodes[name] = Node(inbox: inbox, reader: Task { for await letter in stream { await self.deliver(letter, to: name) } })
        return Member(name: name, network: self)
    }

    public func leave(_ name: String) {
        guard let node = nodes.removeValue(forKey: name) else { return }
        node.inbox.finish()
        node.reader.cancel()
        for subscriber in node.subscribers.values.flatMap(\.values) { subscriber.outlet.finish() }
    }

    /// Cuts a node off, or joins it again: what is sent meanwhile is lost.
    public func sever(_ name: String, _ isSevered: Bool) {
        if isSevered { severed.insert(name) } else { severed.remove(name) }
    }

    /// How many messages of a peer others rejected.
    public func rejections(of name: String) -> Int { rejected[name] ?? 0 }

    /// Returns once so many nodes have subscribed to a topic whose name contains `topic`.
    public func waitForMembers(_ count: Int, topic: String) async {
        await withCheckedContinuation { continuation in
            let waiter = Waiter(count: count, topic: topic, continuation: continuation)
            if isMet(waiter) { continuation.resume() } else { waiters.append(waiter) }
        }
    }

    /// How many nodes have subscribed to a topic.
    public func members(of topic: Topic) -> Int { nodes.values.count { $0.subscribers[topic]?.isEmpty == false } }

    private func isMet(_ waiter: Waiter) -> Bool {
        nodes.values.count { node in node.subscribers.contains { $0.key.name.contains(waiter.topic) && !$0.value.isEmpty } } >= waiter.count
    }

    private func subscribe(
        _ name: String, _ topic: Topic, _ validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) -> AsyncStream<TopicMessage> {
        let (accepted, outlet) = AsyncStream.makeStream(of: TopicMessage.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        guard nodes[name] != nil else {
            outlet.finish()
            return accepted
        }
        let id = subscriptions
        subscriptions += 1
        nodes[name]?.subscribers[topic, default: [:]][id] = Subscriber(validate: validate, outlet: outlet)
        outlet.onTermination = { [weak self] _ in Task { await self?.unsubscribe(name, topic, id) } }
        for waiter in waiters where isMet(waiter) { waiter.continuation.resume() }
        waiters.removeAll(where: isMet)
        return accepted
    }

    private func unsubscribe(_ name: String, _ topic: Topic, _ id: UInt64) { nodes[name]?.subscribers[topic]?[id] = nil }

    private func publish(_ name: String, _ topic: Topic, _ data: [UInt8]) throws {
        guard data.count <= Self.maximumMessageLength else {
            throw RoutingError.messageTooLong(bytes: data.count, limit: Self.maximumMessageLength)
        }
        let id = SHA256.hash(Array(topic.name.utf8) + data)
        guard nodes[name]?.seen.insert(id).inserted == true else { return }
        nodes[name]?.inbox.yield(Letter(message: TopicMessage(topic: topic, data: data), sender: name, id: id))
        send(TopicMessage(topic: topic, data: data, source: Self.peer(name)), id, from: name)
    }

    private func send(_ message: TopicMessage, _ id: Hash32, from sender: String) {
        guard !severed.contains(sender) else { return }
        for (name, node) in nodes where name != sender && !severed.contains(name) {
            node.inbox.yield(Letter(message: message, sender: sender, id: id))
        }
    }

    /// Lets every subscriber judge a message: wrong where one says so, right where one wants it and none says so.
    private func deliver(_ letter: Letter, to name: String) async {
        let message = letter.message
        guard let subscribers = nodes[name]?.subscribers[message.topic], !subscribers.isEmpty else { return }
        // A node's own messages were noted when it sent them.
        guard message.source == nil || nodes[name]?.seen.insert(letter.id).inserted == true else { return }
        var takers: [Subscriber] = []
        for subscriber in subscribers.sorted(by: { $0.key < $1.key }).map(\.value) {
            switch await subscriber.validate(message) {
            case .accept: takers.append(subscriber)
            case .ignore: break
            case .reject:
                if message.source != nil { rejected[letter.sender, default: 0] += 1 }
                return
            }
        }
        for taker in takers { taker.outlet.yield(message) }
        guard !takers.isEmpty, message.source != nil else { return }
        send(TopicMessage(topic: message.topic, data: message.data, source: Self.peer(name)), letter.id, from: name)
    }

    private struct Member: MessageTopics {
        let name: String
        let network: InMemoryNetwork

        func subscribe(
            _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
        ) async -> AsyncStream<TopicMessage> { await network.subscribe(name, topic, validate) }

        func publish(_ data: [UInt8], on topic: Topic) async throws { try await network.publish(name, topic, data) }
    }
}
