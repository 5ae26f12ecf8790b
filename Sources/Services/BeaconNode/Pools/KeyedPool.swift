import Primitives
import ServiceInterfaces

/// Operations of one kind that wait for a block: one for each key, oldest first, at most `limit`.
struct KeyedPool<Key: Hashable & Sendable, Operation: Sendable>: Sendable {
    private var byKey: [Key: Operation] = [:]
    private var order: [Key] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Oldest first.
    var operations: [Operation] { order.compactMap { byKey[$0] } }
    var count: Int { order.count }

    func contains(_ key: Key) -> Bool { byKey[key] != nil }

    /// Adds an operation; one that is pooled already stays.
    mutating func insert(_ operation: Operation, for key: Key) throws(SubmissionRefused) {
        guard byKey[key] == nil else { return }
        guard order.count < limit else {
            throw SubmissionRefused(
                "the pool is full with \(limit) operations; try again after the next blocks", rule: "pool-full", fault: .node)
        }
        byKey[key] = operation
        order.append(key)
    }

    mutating func removeAll(where isGone: (Operation) -> Bool) {
        byKey = byKey.filter { !isGone($0.value) }
        order.removeAll { byKey[$0] == nil }
    }
}
