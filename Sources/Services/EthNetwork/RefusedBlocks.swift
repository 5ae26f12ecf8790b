import NodeRecords
import Primitives

/// Blocks that were found wrong only when they were executed, and who sent them. The oldest are forgotten.
struct RefusedBlocks: Sendable {
    /// Senders of one block that are remembered.
    static let mostSenders = 64

    private var senders: RecentMap<Hash32, Set<NodeID>>

    /// - Parameter limit: blocks that are remembered, at least 1.
    init(limit: Int) { senders = RecentMap(limit: limit) }

    func contains(_ hash: Hash32) -> Bool { senders[hash] != nil }

    mutating func insert(_ hash: Hash32, from id: NodeID) {
        senders.update(hash, initial: []) { if $0.count < Self.mostSenders { $0.insert(id) } }
    }

    /// Whether it is the second time that this peer sends a block that is here.
    mutating func isRepeated(_ hash: Hash32, from id: NodeID) -> Bool {
        if senders[hash]?.contains(id) == true { return true }
        insert(hash, from: id)
        return false
    }
}
