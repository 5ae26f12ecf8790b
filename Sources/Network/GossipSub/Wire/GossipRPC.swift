public import LibP2PProtocols

/// What two peers of gossipsub tell each other (libp2p specs, gossipsub v1.0 to v1.2).
public struct GossipRPC: Equatable, Sendable {
    public struct Subscription: Hashable, Sendable {
        public var topic: String
        public var isWanted: Bool

        public init(_ topic: String, _ isWanted: Bool) { (self.topic, self.isWanted) = (topic, isWanted) }
    }

    public struct Have: Equatable, Sendable {
        public var topic: String
        public var ids: [[UInt8]]
    }

    public struct Prune: Equatable, Sendable {
        public var topic: String
        /// Other peers of the topic: peer id and, where known, signed record.
        public var peers: [OtherPeer] = []
        /// Seconds.
        public var backoff: UInt64?
    }

    public struct OtherPeer: Equatable, Sendable {
        public var id: [UInt8]
        public var record: [UInt8]?
    }

    /// What one message may hold of each.
    static let maximumEntries = 4096
    static let maximumIDs = 16_384
    static let maximumTopic = 1024
    /// Ids of a kind that wait for a peer which does not read.
    static let maximumWaitingIDs = 8192

    public var subscriptions: [Subscription] = []
    public var messages: [PubSubMessage] = []
    public var have: [Have] = []
    public var want: [[UInt8]] = []
    public var graft: [String] = []
    public var prune: [Prune] = []
    public var unwanted: [[UInt8]] = []

    public init() {}

    public var isEmpty: Bool {
        subscriptions.isEmpty && messages.isEmpty && have.isEmpty && want.isEmpty && graft.isEmpty && prune.isEmpty && unwanted.isEmpty
    }
}

extension GossipRPC {
    public init(bytes: [UInt8]) throws(WireError) {
        var (reader, entries, ids) = (ProtobufReader(bytes), 0, 0)
        while let field = try reader.next() {
            entries += 1
            guard entries <= Self.maximumEntries else { throw .malformed("more than \(Self.maximumEntries) entries") }
            switch field.number {
            case 1: subscriptions.append(try Self.subscription(field.bytes ?? []))
            case 2: messages.append(try PubSubMessage(bytes: field.bytes ?? []))
            case 3: try readControl(field.bytes ?? [], entries: &entries, ids: &ids)
            default: break
            }
        }
    }

    private static func subscription(_ bytes: [UInt8]) throws(WireError) -> Subscription {
        var (reader, result) = (ProtobufReader(bytes), Subscription("", false))
        while let field = try reader.next() {
            if field.number == 1 { result.isWanted = field.varint ?? 0 != 0 }
            if field.number == 2 { result.topic = field.text ?? "" }
        }
        return result
    }

    private mutating func readControl(_ bytes: [UInt8], entries: inout Int, ids: inout Int) throws(WireError) {
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            entries += 1
            guard entries <= Self.maximumEntries else { throw .malformed("more than \(Self.maximumEntries) entries") }
            let body = field.bytes ?? []
            switch field.number {
            case 1:
                let (topic, list) = try Self.topicAndIDs(body, topic: 1, ids: 2, room: Self.maximumIDs - ids)
                ids += list.count
                have.append(Have(topic: topic, ids: list))
            case 2:
                let list = try Self.topicAndIDs(body, topic: nil, ids: 1, room: Self.maximumIDs - ids).1
                ids += list.count
                want += list
            case 3: graft.append(try Self.topicAndIDs(body, topic: 1, ids: nil, room: 0).0)
            case 4: prune.append(try Self.prune(body))
            case 5:
                let list = try Self.topicAndIDs(body, topic: nil, ids: 1, room: Self.maximumIDs - ids).1
                ids += list.count
                unwanted += list
            default: break
            }
        }
    }

    private static func topicAndIDs(
        _ bytes: [UInt8], topic: UInt64?, ids: UInt64?, room: Int
    ) throws(WireError) -> (String, [[UInt8]]) {
        var (reader, name, list) = (ProtobufReader(bytes), "", [[UInt8]]())
        while let field = try reader.next() {
            if field.number == topic { name = field.text ?? "" }
            if field.number == ids, list.count < room, let id = field.bytes, id.count <= 256 { list.append(id) }
        }
        return (name, list)
    }

    private static func prune(_ bytes: [UInt8]) throws(WireError) -> Prune {
        var (reader, result) = (ProtobufReader(bytes), Prune(topic: ""))
        while let field = try reader.next() {
            switch field.number {
            case 1: result.topic = field.text ?? ""
            case 2 where result.peers.count < 64:
                var (inner, peer) = (ProtobufReader(field.bytes ?? []), OtherPeer(id: []))
                while let field = try inner.next() {
                    if field.number == 1 { peer.id = field.bytes ?? [] }
                    if field.number == 2 { peer.record = field.bytes }
                }
                result.peers.append(peer)
            case 3: result.backoff = field.varint
            default: break
            }
        }
        return result
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        for subscription in subscriptions {
            var inner = ProtobufWriter()
            inner.varint(1, subscription.isWanted ? 1 : 0)
            inner.text(2, subscription.topic)
            writer.bytes(1, inner.bytes)
        }
        for message in messages { writer.bytes(2, message.bytes) }
        let control = controlBytes
        if !control.isEmpty { writer.bytes(3, control) }
        return writer.bytes
    }

    private var controlBytes: [UInt8] {
        var writer = ProtobufWriter()
        func list(_ number: UInt64, _ ids: [[UInt8]], topic: String? = nil) {
            var inner = ProtobufWriter()
            inner.text(1, topic)
            for id in ids { inner.bytes(topic == nil ? 1 : 2, id) }
            writer.bytes(number, inner.bytes)
        }
        for entry in have { list(1, entry.ids, topic: entry.topic) }
        if !want.isEmpty { list(2, want) }
        for topic in graft { list(3, [], topic: topic) }
        for entry in prune {
            var inner = ProtobufWriter()
            inner.text(1, entry.topic)
            for peer in entry.peers {
                var other = ProtobufWriter()
                other.bytes(1, peer.id)
                other.bytes(2, peer.record)
                inner.bytes(2, other.bytes)
            }
            if let backoff = entry.backoff { inner.varint(3, backoff) }
            writer.bytes(4, inner.bytes)
        }
        if !unwanted.isEmpty { list(5, unwanted) }
        return writer.bytes
    }
}
