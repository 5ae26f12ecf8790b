public import BeaconTypes
public import Primitives

/// A block as fork choice sees it: its place in the tree and what its post-state says of justification.
public struct ProtoNode: Sendable, Hashable {
    public let root: Root
    public let parentRoot: Root
    public let slot: Slot
    public let proposerIndex: ValidatorIndex
    /// The hash of the block's execution payload.
    public let executionBlockHash: Hash32
    /// The post-state's `current_justified_checkpoint`.
    public let justified: Checkpoint
    /// The post-state's `finalized_checkpoint`.
    public let finalized: Checkpoint
    /// The justified checkpoint that the post-state would have if its epoch ended now.
    public let unrealizedJustified: Checkpoint
    /// The finalised checkpoint that the post-state would have if its epoch ended now.
    public let unrealizedFinalized: Checkpoint

    public init(
        root: Root, parentRoot: Root, slot: Slot, proposerIndex: ValidatorIndex, executionBlockHash: Hash32,
        justified: Checkpoint, finalized: Checkpoint, unrealizedJustified: Checkpoint, unrealizedFinalized: Checkpoint
    ) {
        self.root = root
        self.parentRoot = parentRoot
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.executionBlockHash = executionBlockHash
        self.justified = justified
        self.finalized = finalized
        self.unrealizedJustified = unrealizedJustified
        self.unrealizedFinalized = unrealizedFinalized
    }
}
