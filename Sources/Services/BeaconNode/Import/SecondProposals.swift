import BeaconTypes
import Primitives
import Synchronization

/// Blocks of the last slots that gossip passed over as not the first of their slot and proposer, each once and not too many: what has
/// not even its proposer's signature comes here too, and costs whoever looks a verification. Whoever sends as many invented ones first
/// hides the true one from this node's slasher; others see it, unless they are flooded as well.
final class SecondProposals: Sendable {
    private static let slots = 8
    private static let blocksOfSlot = 256
    private let seen = Mutex<[Slot: Set<BLSSignature>]>([:])

    /// Whether the block is worth a look.
    func isNew(_ block: SignedBeaconBlock) -> Bool {
        let slot = block.message.slot
        return seen.withLock { seen in
            if seen[slot] == nil, seen.count >= Self.slots {
                guard let oldest = seen.keys.min(), oldest < slot else { return false }
                seen[oldest] = nil
            }
            guard seen[slot, default: []].count < Self.blocksOfSlot else { return false }
            return seen[slot, default: []].insert(block.signature).inserted
        }
    }
}
