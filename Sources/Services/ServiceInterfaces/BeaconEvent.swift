public import BeaconTypes
public import EngineTypes
public import Primitives

/// What a beacon node announces to its subscribers, in the order in which it happened: what the beacon API's events carry, so
/// that a node in another process tells the same. The learning state after a block is ``LearningMove``'s.
///
/// `isOptimistic` says that the execution layer had not validated the block's payload yet.
public enum BeaconEvent: Sendable, Hashable {
    /// A block was imported.
    case block(root: Root, slot: Slot, isOptimistic: Bool)
    /// The head changed.
    case head(root: Root, slot: Slot, stateRoot: Root, isOptimistic: Bool)
    /// FFG finalised a checkpoint.
    case finalized(checkpoint: Checkpoint, stateRoot: Root, isOptimistic: Bool)
    /// The head moved to another branch.
    case chainReorg(slot: Slot, depth: UInt64, oldHead: Root, newHead: Root, isOptimistic: Bool)
    /// The fast confirmation rule was run: `root`, of slot `slot`, is the newest block that it confirms.
    case fastConfirmation(root: Root, slot: Slot, currentSlot: Slot)
    /// The execution layer was asked to build a payload.
    case payloadAttributes(PayloadBuilding)
}

/// What the execution layer is to build a payload from.
public struct PayloadBuilding: Sendable, Hashable {
    public var slot: Slot
    public var proposerIndex: ValidatorIndex
    public var parentRoot: Root
    /// Number and hash of the parent's execution block.
    public var parentNumber: UInt64
    public var parentHash: Hash32
    public var attributes: PayloadAttributes

    public init(
        slot: Slot, proposerIndex: ValidatorIndex, parentRoot: Root, parentNumber: UInt64, parentHash: Hash32,
        attributes: PayloadAttributes
    ) {
        self.slot = slot
        self.proposerIndex = proposerIndex
        self.parentRoot = parentRoot
        self.parentNumber = parentNumber
        self.parentHash = parentHash
        self.attributes = attributes
    }
}
