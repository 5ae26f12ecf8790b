import BeaconTypes
import ChainStore
import ForkChoice
import Logging
import Primitives
import ServiceInterfaces
import StateTransition

extension BlockImporter {
    /// Writes head, checkpoints and canonical index, unless the import of the head's block did.
    func storeHead(from previous: Root) throws {
        guard storedHead != head.root || finalized != storedFinalized else { return }
        let branch = Self.branches(from: previous, to: head.root, in: forkChoice)
        try archive.store.write { batch in Self.put(forkChoice, head: head.root, branch: branch, into: &batch) }
        storedHead = head.root
        storedFinalized = finalized
    }

    /// Writes the fork choice alone, when only what is known of payloads has changed.
    func storeForkChoice() throws {
        try archive.store.write { batch in batch.set(.forkChoice, forkChoice.encoded()) }
    }

    /// Puts what a fork choice says into a batch.
    static func put(_ forkChoice: ForkChoice, head: Root, branch: Branch, into batch: inout BeaconBatch) {
        for node in branch.abandoned { batch.setCanonical(slot: node.slot, nil) }
        for node in branch.adopted { batch.setCanonical(slot: node.slot, node.root) }
        batch.set(.head, head)
        batch.set(.justified, forkChoice.justifiedCheckpoint.root)
        batch.set(.finalized, forkChoice.finalizedCheckpoint.root)
        batch.set(.forkChoice, forkChoice.encoded())
    }

    /// The blocks that are no longer canonical and those that now are, when the head moves.
    struct Branch {
        var abandoned: [ProtoNode]
        var adopted: [ProtoNode]
    }

    static func branches(from old: Root, to new: Root, in forkChoice: ForkChoice) -> Branch {
        func chain(_ root: Root, notIn other: Root) -> [ProtoNode] {
            var result: [ProtoNode] = []
            var cursor = root
            while let node = forkChoice.node(cursor), !forkChoice.isDescendant(other, of: cursor) {
                result.append(node)
                cursor = node.parentRoot
            }
            return result
        }
        return Branch(abandoned: chain(old, notIn: new), adopted: chain(new, notIn: old))
    }

    /// Every how many slots the state of a finalised block stays on disk; those between are replayed on demand.
    static let snapshotInterval: UInt64 = 64

    /// Removes the stored states of blocks before the finalised one, but for the snapshots.
    private func forgetStates(of old: [ProtoNode]) throws {
        let store = archive.store
        let finalizedStateRoot = try store.summary(finalized.root)?.stateRoot
        let stateRoots = try old.filter { $0.slot % Self.snapshotInterval != 0 && $0.slot > 0 }
            .compactMap { try store.summary($0.root)?.stateRoot }
            .filter { $0 != finalizedStateRoot }
        guard !stateRoots.isEmpty else { return }
        try store.write { batch in
            for root in stateRoots { batch.removeState(root) }
        }
    }

    /// Forgets what can no longer matter.
    func prune() async {
        let finalizedSlot = finalized.epoch * spec.preset.slotsPerEpoch
        let old = forkChoice.nodes.filter { $0.slot < finalizedSlot }
        forkChoice.prune()
        publish()
        do {
            try forgetStates(of: old)
        } catch {
            logger.warning("cannot prune old states: \(error)")
        }
        await pools.prune(finalized: published.current)
    }
}
