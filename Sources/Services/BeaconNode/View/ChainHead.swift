public import BeaconTypes
public import Primitives
public import StateTransition

/// The canonical head: the block with the most weight, and the state after it.
public struct ChainHead: Sendable {
    public var root: Root
    public var slot: Slot
    public var state: CachedBeaconState
}
