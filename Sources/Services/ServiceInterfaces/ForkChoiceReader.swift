public import BeaconTypes
public import Primitives

/// The block tree that fork choice looks at.
public struct ForkChoiceSnapshot: Sendable {
    public struct Node: Sendable, Hashable {
        public var slot: Slot
        public var root: Root
        public var parentRoot: Root
        public var justifiedEpoch: Epoch
        public var finalizedEpoch: Epoch
        /// The balance behind the block and its descendants in Gwei.
        public var weight: Gwei
        public var executionBlockHash: Hash32
        /// Whether the execution layer has not validated the payload yet.
        public var isOptimistic: Bool

        public init(
            slot: Slot, root: Root, parentRoot: Root, justifiedEpoch: Epoch, finalizedEpoch: Epoch, weight: Gwei,
            executionBlockHash: Hash32, isOptimistic: Bool = false
        ) {
            self.slot = slot
            self.root = root
            self.parentRoot = parentRoot
            self.justifiedEpoch = justifiedEpoch
            self.finalizedEpoch = finalizedEpoch
            self.weight = weight
            self.executionBlockHash = executionBlockHash
            self.isOptimistic = isOptimistic
        }
    }

    public var justified: Checkpoint
    public var finalized: Checkpoint
    public var headRoot: Root
    /// Parents before children; never empty.
    public var nodes: [Node]

    public init(justified: Checkpoint, finalized: Checkpoint, headRoot: Root, nodes: [Node]) {
        self.justified = justified
        self.finalized = finalized
        self.headRoot = headRoot
        self.nodes = nodes
    }

    /// The nodes without children.
    public var leaves: [Node] {
        let parents = Set(nodes.map(\.parentRoot))
        return nodes.filter { !parents.contains($0.root) }
    }
}

/// Shows the fork choice for debugging.
public protocol ForkChoiceReader: Sendable {
    func forkChoiceSnapshot() async throws -> ForkChoiceSnapshot
}
