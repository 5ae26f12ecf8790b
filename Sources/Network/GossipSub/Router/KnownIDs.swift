import Primitives

/// The ids of messages whose data came of late. To work an id out of the data may take as long as to unfold and hash 10 MiB, and a mesh
/// brings each message several times, byte for byte the same: from the second time on its hash leads to the id.
struct KnownIDs: Sendable {
    /// What came: topic and data as they travel.
    struct Key: Hashable, Sendable {
        private let topic: String
        private let data: Hash32

        init(_ message: PubSubMessage) { (topic, data) = (message.topic, SHA256.hash(message.data)) }
    }

    private var ids: RecentMap<Key, [UInt8]>

    /// - Parameter limit: the oldest of more are forgotten.
    init(limit: Int = 4096) { ids = RecentMap(limit: limit) }

    var count: Int { ids.count }

    subscript(key: Key) -> [UInt8]? { ids[key] }

    mutating func note(_ id: [UInt8], of key: Key) { ids.update(key, initial: id) { $0 = id } }
}
