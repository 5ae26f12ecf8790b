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

    /// Lets go of the stored states of blocks before the finalised one, but for those that stay.
    ///
    /// - Parameter old: with those that the finalised block descends from.
    private func forgetStates(of old: [ProtoNode], ancestors: Set<Root>) throws {
        let store = archive.store
        var (gone, fresh): ([Root], [ArchivePoint]) = ([], [])
        for node in old where node.root != finalized.root {
            guard let stateRoot = try store.summary(node.root)?.stateRoot, try store.hasState(stateRoot) else { continue }
            if ancestors.contains(node.root) {
                fresh.append(ArchivePoint(slot: node.slot, stateRoot: stateRoot))
            } else {
                gone.append(stateRoot)
            }
        }
        let points = Set(fresh).union(try store.archivePoints()).sorted { $0.slot < $1.slot }
        let excess = retention.excess(of: points, finalized: forkChoice.node(finalized.root)?.slot ?? 0)
        try store.write { batch in
            for root in gone { batch.removeState(root) }
            for point in fresh { batch.putArchivePoint(point) }
            for point in excess { batch.removeArchivePoint(point) }
        }
    }

    /// The finalised block's chain as far as the fork choice holds it.
    private var finalizedChain: Set<Root> {
        var chain: Set<Root> = []
        var cursor = finalized.root
        while let node = forkChoice.node(cursor), chain.insert(cursor).inserted { cursor = node.parentRoot }
        return chain
    }

    /// Forgets what can no longer matter.
    func prune() async {
        let finalizedSlot = finalized.epoch * spec.preset.slotsPerEpoch
        let (old, ancestors) = (forkChoice.nodes.filter { $0.slot < finalizedSlot }, finalizedChain)
        forkChoice.prune()
        publish()
        do {
            try forgetStates(of: old, ancestors: ancestors)
        } catch {
            logger.warning("cannot prune old states: \(error)")
        }
        await pools.prune(finalized: published.current)
    }
}
