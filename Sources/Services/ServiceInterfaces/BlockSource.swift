public import BeaconTypes
public import Primitives

/// What somebody says of its chain: the `Status` message of phase0 p2p-interface, as far as synchronisation needs it.
public struct BlockSourceStatus: Sendable, Hashable {
    public let headRoot: Root
    public let headSlot: Slot
    public let finalized: Checkpoint

    public init(headRoot: Root, headSlot: Slot, finalized: Checkpoint) {
        self.headRoot = headRoot
        self.headSlot = headSlot
        self.finalized = finalized
    }
}

/// Somebody who gives blocks: a node's REST interface today, a libp2p peer's `BeaconBlocksByRange` and `BeaconBlocksByRoot`
/// later. Nothing that it says is believed: whoever asks checks.
public protocol BlockSource: Sendable {
    /// For logs and scores.
    var name: String { get }
    func status() async throws -> BlockSourceStatus
    /// The canonical blocks of these slots, by slot; empty slots are left out. At most `maximumBlocks` are asked for at once.
    func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock]
    /// Those of these blocks that it has, in any order.
    func blocks(roots: [Root]) async throws -> [SignedBeaconBlock]
    /// The state after a finalised block. Whether it is that one shows in its root.
    func state(after block: BeaconBlock) async throws -> BeaconState
}

/// Bounds of one question to a ``BlockSource``.
public enum BlockRequestLimit {
    /// `MAX_REQUEST_BLOCKS_DENEB` (deneb p2p-interface).
    public static let maximumBlocks = 128
}
