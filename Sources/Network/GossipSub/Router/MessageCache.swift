/// The messages of the last heartbeats, for gossip about them and for those who ask.
struct MessageCache: Sendable {
    private let length: Int
    private let gossip: Int
    private var windows: [[(topic: String, id: [UInt8])]]
    private var messages: [[UInt8]: PubSubMessage] = [:]
    private var given: [[UInt8]: [Int: Int]] = [:]

    init(length: Int, gossip: Int) {
        (self.length, self.gossip) = (length, gossip)
        windows = [[]]
    }

    mutating func put(_ message: PubSubMessage, _ id: [UInt8]) {
        guard messages.updateValue(message, forKey: id) == nil else { return }
        windows[0].append((message.topic, id))
    }

    func get(_ id: [UInt8]) -> PubSubMessage? { messages[id] }

    /// The message, unless the peer with this number had it `limit` times.
    mutating func give(_ id: [UInt8], to peer: Int, limit: Int) -> PubSubMessage? {
        guard let message = messages[id], given[id]?[peer] ?? 0 < limit else { return nil }
        given[id, default: [:]][peer, default: 0] += 1
        return message
    }

    /// What is worth gossiping about, by topic.
    func recent(_ topic: String) -> [[UInt8]] { windows.prefix(gossip).flatMap { $0.filter { $0.topic == topic }.map(\.id) } }

    mutating func shift() {
        windows.insert([], at: 0)
        while windows.count > length {
            for (_, id) in windows.removeLast() {
                messages[id] = nil
                given[id] = nil
            }
        }
    }
}
