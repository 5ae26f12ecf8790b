public import BeaconTypes
public import Primitives

/// What a beacon node announces to its subscribers, in the order in which it happened.
public enum BeaconEvent: Sendable {
    /// A block was imported.
    case block(root: Root, slot: Slot)
    /// The head changed. `learning` is the learning state after the new head.
    case head(root: Root, slot: Slot, stateRoot: Root, learning: LearningState)
    /// FFG finalised a checkpoint. `blockRoot`'s state has the given learning state.
    case finalized(checkpoint: Checkpoint, slot: Slot, stateRoot: Root, learning: LearningState)
    /// The head moved to another branch.
    case chainReorg(slot: Slot, depth: UInt64, oldHead: Root, newHead: Root)
}
