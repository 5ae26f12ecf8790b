import Primitives

/// The ids of messages whose data came of late. To work an id out of the data may take as long as to unfold and hash 10 MiB, and a mesh
/// brings each message several times, byte for byte the same: from the second time on its hash leads to the id.
struct KnownIDs: Sendable {
    /// What came: topic and data as they travel.
    struct Key: Hashable, Sendable {
        private let hash: Hash32

        init(_ message: PubSubMessage) {
            // No topic holds a zero byte that could be taken for the one between.
            hash = SHA256.hash(Array(message.topic.utf8) + [0] + message.data)
        }
    }

    private let limit: Int
    private var ids: [Key: [UInt8]] = [:]
    /// In the order of coming, from `next` on the oldest.
    private var order: [Key] = []
    private var next = 0

    /// - Parameter limit: the oldest of more are forgotten.
    init(limit: Int = 4096) { self.limit = limit }

    var count: Int { ids.count }

    subscript(key: Key) -> [UInt8]? { ids[key] }

    mutating func note(_ id: [UInt8], of key: Key) {
        guard ids.updateValue(id, forKey: key) == nil else { return }
        guard order.count == limit else { return order.append(key) }
        ids[order[next]] = nil
        order[next] = key
        next = (next + 1) % limit
    }
}
