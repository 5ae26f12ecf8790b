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

    /// Names who sees the blocks that this node refuses.
    public func setRefusedBlockObserver(_ refusedBlocks: any RefusedBlockObserver) async {
        await importer.setRefusedBlockObserver(refusedBlocks)
    }
}

extension BeaconNode: SyncTargetTaking {
    /// Until the head is there, the node is syncing.
    public func setSyncTarget(_ slot: Slot?) { syncProgress.target = slot }
}
