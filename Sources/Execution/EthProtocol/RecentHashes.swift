public import Primitives

/// The last so many hashes, the oldest of which are forgotten.
public struct RecentHashes: Sendable {
    public let capacity: Int
    private var members: Set<Hash32> = []
    /// A ring in order of arrival.
    private var order: [Hash32] = []
    private var oldest = 0

    public init(capacity: Int) { self.capacity = max(1, capacity) }

    public var count: Int { members.count }

    public func contains(_ hash: Hash32) -> Bool { members.contains(hash) }

    /// Whether it was not there.
    @discardableResult
    public mutating func insert(_ hash: Hash32) -> Bool {
        guard members.insert(hash).inserted else { return false }
        if order.count < capacity {
            order.append(hash)
        } else {
            members.remove(order[oldest])
            order[oldest] = hash
            oldest = (oldest + 1) % capacity
        }
        return true
    }
}
