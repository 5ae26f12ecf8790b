public import BeaconTypes

/// Why a block, a vote or a stored fork choice was refused.
public enum ForkChoiceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The block's parent is not in the tree: ask for it first.
    case unknownParent(Root)
    /// The block's slot has not come yet: offer it again then.
    case futureBlock(slot: Slot, currentSlot: Slot)
    /// The block is not later than the finalised slot.
    case notAfterFinalized(slot: Slot, finalizedSlot: Slot)
    /// The block does not descend from the finalised checkpoint.
    case conflictsWithFinality(parent: Root)
    /// A vote's target epoch is neither the current nor the previous one.
    case targetEpoch(Epoch, currentEpoch: Epoch)
    /// A vote's target epoch is not the epoch of its slot.
    case targetSlot(Epoch, slot: Slot)
    /// A vote names a block that is not in the tree.
    case unknownBlock(Root)
    /// A vote names a block later than its own slot.
    case voteForFutureBlock(blockSlot: Slot, slot: Slot)
    /// A vote's target is not the checkpoint of the block that it votes for.
    case targetMismatch(Root)
    /// A vote counts from the slot after its own on: offer it again then.
    case voteTooEarly(slot: Slot, currentSlot: Slot)
    /// The balances of a checkpoint are missing.
    case unknownCheckpoint(Checkpoint)
    /// `get_proposer_head` was asked while the head still has its boost.
    case headStillBoosted(Root)
    /// A stored fork choice cannot be read.
    case malformedStore(String)

    public var description: String {
        switch self {
        case .unknownParent(let root): "parent block \(root) is unknown; fetch it first"
        case .futureBlock(let slot, let current): "block of slot \(slot) came in slot \(current); offer it again then"
        case .notAfterFinalized(let slot, let finalized): "block of slot \(slot) is not after the finalised slot \(finalized)"
        case .conflictsWithFinality(let parent): "block on \(parent) does not descend from the finalised checkpoint"
        case .targetEpoch(let epoch, let current): "vote for target epoch \(epoch) in epoch \(current)"
        case .targetSlot(let epoch, let slot): "vote of slot \(slot) has target epoch \(epoch)"
        case .unknownBlock(let root): "vote names the unknown block \(root); fetch it first"
        case .voteForFutureBlock(let blockSlot, let slot): "vote of slot \(slot) is for a block of slot \(blockSlot)"
        case .targetMismatch(let root): "vote's target \(root) is not the checkpoint of the block it votes for"
        case .voteTooEarly(let slot, let current): "vote of slot \(slot) came in slot \(current); it counts from the next slot on"
        case .unknownCheckpoint(let checkpoint): "no balances for checkpoint \(checkpoint.root) of epoch \(checkpoint.epoch)"
        case .headStillBoosted(let root): "head \(root) still has its proposer boost; ask in the next slot"
        case .malformedStore(let reason): "stored fork choice is unreadable: \(reason); rebuild it from a finalised state"
        }
    }
}
