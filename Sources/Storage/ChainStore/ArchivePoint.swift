public import Primitives

/// A finalised state that stays on disk. What lies between two of them is rebuilt from the earlier one and the blocks after it.
public struct ArchivePoint: Sendable, Hashable {
    /// The slot of the block whose state it is.
    public var slot: UInt64
    public var stateRoot: Hash32

    public init(slot: UInt64, stateRoot: Hash32) {
        self.slot = slot
        self.stateRoot = stateRoot
    }
}
