/// The topics of one process: everybody who subscribes hears what is published here. A node of the network puts
/// what peers say into the same hands.
///
/// Each subscriber judges for itself, in the order of arrival. One that falls more than `backlog` messages behind
/// loses the oldest ones.
public actor LocalTopics: MessageTopics {
    private var subscribers: [Topic: [UInt64: AsyncStream<TopicMessage>.Continuation]] = [:]
    private var nextID: UInt64 = 0
    private var isFinished = false
    private let backlog: Int

    public init(backlog: Int = 1024) { self.backlog = backlog }

    public func publish(_ data: [UInt8], on topic: Topic) { deliver(TopicMessage(topic: topic, data: data)) }

    /// Hands on a message, from this node or from a peer.
    public func deliver(_ message: TopicMessage) {
        for (id, continuation) in subscribers[message.topic] ?? [:] {
            if case .terminated = continuation.yield(message) { subscribers[message.topic]?[id] = nil }
        }
    }

    public func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) -> AsyncStream<TopicMessage> {
        let (arriving, continuation) = AsyncStream.makeStream(
            of: TopicMessage.self, bufferingPolicy: .bufferingNewest(backlog))
        if isFinished {
            continuation.finish()
        } else {
            subscribers[topic, default: [:]][nextID] = continuation
            nextID += 1
        }
        let (accepted, outlet) = AsyncStream.makeStream(of: TopicMessage.self, bufferingPolicy: .bufferingNewest(backlog))
        let judging = Task {
            for await message in arriving where await validate(message) == .accept { outlet.yield(message) }
            outlet.finish()
        }
        outlet.onTermination = { _ in judging.cancel() }
        return accepted
    }

    /// Ends every subscription, and those to come at once.
    public func finish() {
        isFinished = true
        for continuation in subscribers.values.flatMap(\.values) { continuation.finish() }
        subscribers = [:]
    }
}
