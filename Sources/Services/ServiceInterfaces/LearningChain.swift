public import BeaconTypes
public import Primitives

/// A block of the chain and the learning state after it.
public struct LearningPoint: Sendable, Hashable {
    public let root: Root
    public let slot: Slot
    public let learning: LearningState

    public init(root: Root, slot: Slot, learning: LearningState) {
        self.root = root
        self.slot = slot
        self.learning = learning
    }
}

/// What happens on the chain that an update's life depends on, in the order in which it did.
public enum LearningMove: Sendable, Hashable {
    /// A block was imported, on whichever branch.
    case block(root: Root, slot: Slot)
    /// The blocks before the checkpoint that the node began with are here, up to this one, its parent: they were final all along.
    case past(root: Root, slot: Slot)
    /// The head is now this block.
    case head(LearningPoint)
    /// This block is now final.
    case finalized(LearningPoint)
}

/// Tells where the learning state stands.
public protocol LearningMoves: Sendable {
    /// Everything from now on, after the head and the finalised block as they are, and the past of a node that began at a checkpoint
    /// where it is here: whoever took it in before passes it over. A node that cannot tell a block's learning
    /// state leaves the move out: it never makes one up. The stream ends when the node stops.
    func learningMoves() async -> AsyncStream<LearningMove>
}

/// Gives blocks by their roots.
public protocol BlocksByRoot: Sendable {
    /// The block with this root, or `nil` when this node does not have it.
    func block(root: Root) async throws -> SignedBeaconBlock?
}

/// What the AI engine asks of a beacon node, in process or over REST: where the learning state stands, who votes on updates, and
/// where certificates go. Whoever asks less takes only that part.
public protocol LearningChain: AckCertificateTaking, AckCommittees, BlocksByRoot, LearningMoves {}
