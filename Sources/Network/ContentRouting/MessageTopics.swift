public import PeerIdentity

/// The name of something that peers tell each other at once.
public struct Topic: Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public init(_ name: String) { self.name = name }

    public var description: String { name }
}

/// What somebody said on a topic.
public struct TopicMessage: Sendable, Hashable {
    public let topic: Topic
    public let data: [UInt8]
    /// Who handed it on; `nil` for this node itself.
    public let source: PeerID?

    public init(topic: Topic, data: [UInt8], source: PeerID? = nil) {
        self.topic = topic
        self.data = data
        self.source = source
    }
}

/// What a subscriber makes of a message before anybody sees it (gossipsub's extended validators).
public enum MessageVerdict: Sendable, Hashable {
    /// Right: it is delivered and forwarded.
    case accept
    /// Of no use here, and nobody's fault.
    case ignore
    /// Wrong: whoever sent it is held to account.
    case reject
}

/// What members tell each other at once, beside the DHT: bytes on topics. The one seam of votes and updates, beacon gossip, and
/// the network that carries them.
public protocol MessageTopics: Sendable {
    /// Sends a message to all who subscribed, this node's own subscribers too. One that was sent before goes nowhere on a network.
    func publish(_ data: [UInt8], on topic: Topic) async throws
    /// The messages of a topic from now on, those that `validate` accepts, in the order of their arrival, until the stream is let
    /// go of. On a network a message goes on to others once a subscriber accepts it and none rejects it.
    ///
    /// - Parameter validate: called once a message, in the order in which they come.
    func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) async -> AsyncStream<TopicMessage>
}

/// The messages of a topic, read.
public typealias TopicStream<Value> = AsyncCompactMapSequence<AsyncStream<TopicMessage>, Value>

extension MessageTopics {
    /// The messages of a topic that `read` can read; others are rejected.
    public func subscribe<Value: Sendable>(
        _ topic: Topic, reading read: @escaping @Sendable ([UInt8]) -> Value?
    ) async -> TopicStream<Value> {
        await subscribe(topic) { read($0.data) == nil ? .reject : .accept }.compactMap { read($0.data) }
    }
}
