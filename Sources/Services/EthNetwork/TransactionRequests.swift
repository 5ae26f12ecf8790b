import NodeRecords
import Primitives

/// Which announced transactions are asked for next: each of one peer at a time, and of the next who announced it when that one does
/// not give it.
struct TransactionRequests: Sendable {
    /// Hashes of one question, and those that wait for a peer's turn. What it announces beyond is passed over.
    static let questionSize = 256
    static let queueSize = 4_096

    /// By who announced them, in the order in which they came.
    private var waiting: [NodeID: [Hash32]] = [:]
    private var asked: Set<Hash32> = []
    /// Peers for whom nothing waits but what others are asked for.
    private var held: Set<NodeID> = []

    mutating func add(_ hashes: [Hash32], of id: NodeID) {
        let room = Self.queueSize - (waiting[id]?.count ?? 0)
        waiting[id, default: []] += hashes.prefix(room)
    }

    /// What this peer is to be asked for next. `end` has to follow.
    mutating func next(of id: NodeID) -> [Hash32] {
        var (taken, left) = ([Hash32](), [Hash32]())
        for hash in waiting[id] ?? [] {
            if taken.count < Self.questionSize, asked.insert(hash).inserted { taken.append(hash) } else { left.append(hash) }
        }
        waiting[id] = left.isEmpty ? nil : left
        if taken.isEmpty, !left.isEmpty { held.insert(id) }
        return taken
    }

    /// Ends a question, whatever became of it. Returns the peers whose turn it may be now.
    mutating func end(_ hashes: [Hash32]) -> [NodeID] {
        asked.subtract(hashes)
        defer { held = [] }
        return Array(held)
    }

    /// Forgets what a peer announced. A question that is open is ended by who asks.
    mutating func forget(_ id: NodeID) {
        waiting[id] = nil
        held.remove(id)
    }
}
