public import BeaconTypes
public import Primitives

/// Where a block stands.
public struct BlockReference: Sendable, Hashable {
    public let slot: Slot
    public let root: Root

    public init(slot: Slot, root: Root) {
        self.slot = slot
        self.root = root
    }
}

/// Lists the blocks that a beacon node holds, whichever branch they are on.
public protocol BlockHistory: Sendable {
    /// The blocks of these slots, by slot.
    func blocks(in slots: ClosedRange<Slot>) async throws -> [BlockReference]
}
