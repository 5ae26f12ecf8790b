public import BeaconTypes
public import Primitives
import SSZ
public import ServiceInterfaces

extension BeaconNode {
    /// Checks a block, stores it, and moves the head if the fork choice says so. A known block is no error.
    public func importBlock(_ signed: SignedBeaconBlock) async throws {
        try await importer.importBlock(signed, root: signed.message.hashTreeRoot(spec), isAnnounced: false)
    }

    public func publishBlock(_ signed: SignedBeaconBlock) async throws {
        try await importer.importBlock(signed, root: signed.message.hashTreeRoot(spec), isAnnounced: true)
        if !signed.message.body.ackCertificate.ack.updateId.isZero { book.note { $0.updatesIncluded += 1 } }
        await pools.noteIncluded(signed.message)
    }

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
        try await importer.backfill(signed, root: root)
        return root
    }

    /// Names who sees the blocks that this node refuses.
    public func setRefusedBlockObserver(_ refusedBlocks: any RefusedBlockObserver) async {
        await importer.setRefusedBlockObserver(refusedBlocks)
    }

}

extension BeaconNode: SyncTargetTaking {
    /// Until the head is there, the node is syncing.
    public func setSyncTarget(_ slot: Slot?) { syncProgress.target = slot }
}
