public import ContentRouting
import PeerIdentity

/// The topics of a node of the network: what is published here goes to the subscribers here and to the network, what comes from
/// peers is judged by the subscribers and goes to those that accept it.
///
/// Messages of this node are judged in the order of their coming, by each subscriber for itself.
actor NetworkTopics {
    private struct Subscriber {
        let validate: @Sendable (TopicMessage) async -> MessageVerdict
        let outlet: AsyncStream<TopicMessage>.Continuation
        let own: AsyncStream<TopicMessage>.Continuation
    }

    private var subscribers: [Topic: [UInt64: Subscriber]] = [:]
    private var nextID: UInt64 = 0
    private var isFinished = false
    private let backlog: Int
    /// Joins and leaves topics of the network.
    private let interest: @Sendable (Topic, Bool) -> Void

    init(backlog: Int = 1024, interest: @escaping @Sendable (Topic, Bool) -> Void) {
        (self.backlog, self.interest) = (backlog, interest)
    }

    /// Hands on a message of this node.
    func publish(_ data: [UInt8], on topic: Topic) {
        for subscriber in (subscribers[topic] ?? [:]).values { subscriber.own.yield(TopicMessage(topic: topic, data: data)) }
    }

    /// Judges a message of a peer: wrong where one subscriber says so, right where one wants it and none says so.
    func judge(_ message: TopicMessage) async -> MessageVerdict {
        var (verdict, takers): (MessageVerdict, [Subscriber]) = (.ignore, [])
        for subscriber in (subscribers[message.topic] ?? [:]).sorted(by: { $0.key < $1.key }).map(\.value) {
            switch await subscriber.validate(message) {
            case .reject: return .reject
            case .accept: (verdict, takers) = (.accept, takers + [subscriber])
            case .ignore: break
            }
        }
        for subscriber in takers { subscriber.outlet.yield(message) }
        return verdict
    }

    func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) async -> AsyncStream<TopicMessage> {
        let (accepted, outlet) = AsyncStream.makeStream(of: TopicMessage.self, bufferingPolicy: .bufferingNewest(backlog))
        guard !isFinished else {
            outlet.finish()
            return accepted
        }
        let (arriving, own) = AsyncStream.makeStream(of: TopicMessage.self, bufferingPolicy: .bufferingNewest(backlog))
        let judging = Task { for await message in arriving where await validate(message) == .accept { outlet.yield(message) } }
        let id = nextID
        nextID += 1
        outlet.onTermination = { [weak self] _ in
            judging.cancel()
            Task { await self?.remove(id, of: topic) }
        }
        let isFirst = subscribers[topic, default: [:]].isEmpty
        subscribers[topic, default: [:]][id] = Subscriber(validate: validate, outlet: outlet, own: own)
        if isFirst { interest(topic, true) }
        return accepted
    }

    private func remove(_ id: UInt64, of topic: Topic) {
        guard let subscriber = subscribers[topic]?.removeValue(forKey: id) else { return }
        subscriber.own.finish()
        guard subscribers[topic]?.isEmpty == true else { return }
        subscribers[topic] = nil
        interest(topic, false)
    }

    /// Ends every subscription, and those to come at once.
    func finish() {
        isFinished = true
        for subscriber in subscribers.values.flatMap(\.values) {
            subscriber.own.finish()
            subscriber.outlet.finish()
        }
        subscribers = [:]
    }
}
