import BeaconTypes
import Primitives

/// The block tree as a flat array in which every parent stands before its children.
///
/// So a walk from the front sees ancestors first and a walk from the back sees descendants first: weights, viability
/// and best children each take one pass and no recursion.
struct ProtoArray: Sendable {
    private(set) var nodes: [ProtoNode] = []
    /// The position of each node's parent; −1 for the root of the tree.
    private(set) var parents: [Int] = []
    /// Whether each block came before the attestation deadline of its own slot; unknown for the anchor.
    private(set) var timeliness: [Bool?] = []
    /// What the execution layer said of each block's payload.
    private(set) var statuses: [PayloadValidationStatus] = []
    private var positions: [Root: Int] = [:]

    var count: Int { nodes.count }

    func position(of root: Root) -> Int? { positions[root] }

    /// Adds a block. Its parent must be in the tree, unless the tree is empty.
    mutating func append(_ node: ProtoNode, isTimely: Bool?, status: PayloadValidationStatus) {
        positions[node.root] = nodes.count
        parents.append(positions[node.parentRoot] ?? -1)
        nodes.append(node)
        timeliness.append(isTimely)
        statuses.append(status)
    }

    /// `get_ancestor` (phase0 fork-choice): the last node at or before `slot` on the way from `position` to the root;
    /// `nil` where the tree begins later.
    func ancestor(of position: Int, at slot: Slot) -> Int? {
        var position = position
        while nodes[position].slot > slot {
            position = parents[position]
            if position < 0 { return nil }
        }
        return position
    }

    /// For every node, its `get_ancestor` at `slot`; −1 where the tree begins later.
    func ancestors(at slot: Slot) -> [Int] {
        var ancestors = [Int](repeating: -1, count: count)
        for index in 0..<count {
            if nodes[index].slot <= slot {
                ancestors[index] = index
            } else if parents[index] >= 0 {
                ancestors[index] = ancestors[parents[index]]
            }
        }
        return ancestors
    }

    /// Adds every node's own weight to all its ancestors.
    func accumulated(_ ownWeights: [UInt64]) -> [UInt64] {
        var weights = ownWeights
        for index in stride(from: count - 1, through: 0, by: -1) where parents[index] >= 0 {
            weights[parents[index]] &+= weights[index]
        }
        return weights
    }

    /// Keeps the nodes for which `isKept` holds. A kept node whose parent goes becomes the root of the tree.
    ///
    /// - Returns: for every old position its new one, −1 where the node is gone.
    mutating func filter(_ isKept: [Bool]) -> [Int] {
        var moved = [Int](repeating: -1, count: count)
        let old = self
        self = ProtoArray()
        for index in 0..<old.count where isKept[index] {
            moved[index] = count
            append(old.nodes[index], isTimely: old.timeliness[index], status: old.statuses[index])
        }
        return moved
    }

    /// Marks a block and all its ancestors as valid: a valid payload has valid ancestors.
    mutating func markValid(_ position: Int) {
        var position = position
        while position >= 0, statuses[position] != .valid {
            statuses[position] = .valid
            position = parents[position]
        }
    }

    /// For every node, whether it is `position` or descends from it.
    func descends(from position: Int) -> [Bool] {
        var descends = [Bool](repeating: false, count: count)
        descends[position] = true
        for index in (position + 1)..<max(count, position + 1) where parents[index] >= 0 {
            descends[index] = descends[parents[index]]
        }
        return descends
    }
}
