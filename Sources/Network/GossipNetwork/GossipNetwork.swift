/// What a topic's rules make of a message, as libp2p's gossipsub has it (validators of topics).
public enum GossipVerdict: Sendable, Hashable {
    /// Forward it.
    case accept
    /// Drop it without a judgement of who sent it.
    case ignore
    /// Drop it, and hold it against who sent it.
    case reject
}

/// A message as it comes from a peer.
public struct GossipDelivery: Sendable, Hashable {
    public let topic: String
    public let bytes: [UInt8]
    /// The peer that sent it on, by its name in the network.
    public let sender: String

    public init(topic: String, bytes: [UInt8], sender: String) {
        self.topic = topic
        self.bytes = bytes
        self.sender = sender
    }
}

/// Topics of bytes. Each message reaches every subscriber once, after the validation of every node on its way.
public protocol GossipNetwork: Sendable {
    /// This node's name among its peers.
    var name: String { get }
    /// Takes what comes over `topic` from now on.
    ///
    /// - Parameter validate: called once a message, in the order in which they come; takes what it accepts.
    func subscribe(_ topic: String, validate: @escaping @Sendable (GossipDelivery) async -> GossipVerdict) async
    /// Sends a message to all who subscribed, but for this node. One that was seen already goes nowhere.
    func publish(_ topic: String, _ bytes: [UInt8]) async throws
}

/// Why a message was not published.
public enum GossipError: Error, Sendable, Hashable, CustomStringConvertible {
    case tooLong(bytes: Int, limit: Int)

    public var description: String {
        switch self {
        case .tooLong(let bytes, let limit): "the message has \(bytes) bytes; at most \(limit) are sent"
        }
    }
}
