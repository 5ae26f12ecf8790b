import Primitives

/// A bounded set of hashes: the oldest makes room.
struct RecentSet: Sendable {
    private let capacity: Int
    private var order: [Hash32] = []
    private var next = 0
    private var members: Set<Hash32> = []

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func contains(_ hash: Hash32) -> Bool { members.contains(hash) }

    mutating func insert(_ hash: Hash32) {
        guard members.insert(hash).inserted else { return }
        guard order.count == capacity else {
            order.append(hash)
            return
        }
        members.remove(order[next])
        order[next] = hash
        next = (next + 1) % capacity
    }
}
