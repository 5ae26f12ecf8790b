public import BeaconTypes
import ChainStore
public import Primitives
import SSZ

extension BeaconNode {
    /// Keeps a block from before the checkpoint that this node started from, and has the execution layer execute its
    /// payload: oldest first, each the child of the one before.
    ///
    /// The chain of parents is what is checked here; that it leads to the checkpoint shows at its end.
    ///
    /// - Parameter parent: the root that this function gave for the block before, or genesis'.
    /// - Returns: the block's root.
    @discardableResult
    public func backfill(_ signed: SignedBeaconBlock, after parent: Root) async throws -> Root {
        let block = signed.message
        let root = block.hashTreeRoot(spec)
        guard block.parentRoot == parent else {
            throw BeaconNodeError.checkpointRefused("the block of slot \(block.slot) does not follow \(parent.shortHex)")
        }
        try await execute(block, root: root)
        if try !store.hasBlock(root) {
            let summary = BeaconBlockSummary(
                slot: block.slot, parentRoot: block.parentRoot, stateRoot: block.stateRoot,
                executionHash: block.body.executionPayload.blockHash)
            try store.write { batch in
                batch.putBlock(root, signed.serialize(spec), summary: summary)
                batch.setCanonical(slot: block.slot, root)
            }
        }
        return root
    }
}
