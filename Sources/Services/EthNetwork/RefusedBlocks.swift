import NodeRecords
import Primitives

/// Blocks that were found wrong only when they were executed, and who sent them. The oldest are forgotten.
struct RefusedBlocks: Sendable {
    /// Senders of one block that are remembered.
    static let mostSenders = 64

    private var hashes: RecentSet<Hash32>
    private var senders: [Hash32: Set<NodeID>] = [:]

    /// - Parameter limit: blocks that are remembered, at least 1.
    init(limit: Int) { hashes = RecentSet(limit: limit) }

    func contains(_ hash: Hash32) -> Bool { hashes.contains(hash) }

    mutating func insert(_ hash: Hash32, from id: NodeID) {
        if let forgotten = hashes.insert(hash).forgotten { senders[forgotten] = nil }
        senders[hash, default: []].insert(id)
    }

    /// Whether it is the second time that this peer sends a block that is here.
    mutating func isRepeated(_ hash: Hash32, from id: NodeID) -> Bool {
        if senders[hash]?.contains(id) == true { return true }
        if senders[hash, default: []].count < Self.mostSenders { senders[hash, default: []].insert(id) }
        return false
    }
}
