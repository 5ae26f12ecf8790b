import BeaconTypes
import ChainStore
import ForkChoice
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ChainView {
    func blockRoot(_ id: BlockID) throws -> Root? {
        switch id {
        case .head: head.root
        case .genesis: genesisRoot
        case .justified: forkChoice.justifiedCheckpoint.root
        case .finalized: finalized.root
        case .confirmed: confirmedRoot
        case .slot(let slot): try canonicalRoot(slot: slot)
        case .root(let root): try archive.store.hasBlock(root) ? root : nil
        }
    }

    /// The canonical block of exactly this slot: by the fork choice's tree, and by the store before the tree begins.
    private func canonicalRoot(slot: Slot) throws -> Root? {
        guard let ancestor = forkChoice.ancestor(of: head.root, at: slot) else { return try archive.store.canonicalRoot(slot: slot) }
        return forkChoice.node(ancestor)?.slot == slot ? ancestor : nil
    }

    /// Whether the canonical block of a finalised `slot` can be a checkpoint's: it begins an epoch, or nothing follows it until the
    /// next one has begun (altair light-client/full-node, epoch boundary blocks).
    func isEpochBoundary(_ slot: Slot) throws -> Bool {
        let length = spec.preset.slotsPerEpoch
        guard slot % length != 0 else { return true }
        for later in slot + 1...(slot / length + 1) * length {
            if try canonicalRoot(slot: later) != nil { return false }
        }
        return true
    }

    func block(_ id: BlockID) throws -> ChainBlock? {
        guard let root = try blockRoot(id), let block = try archive.block(root) else { return nil }
        let slot = block.message.slot
        let isCanonical = try isCanonical(root, slot: slot)
        return ChainBlock(
            root: root, block: block, isCanonical: isCanonical, isFinalized: isCanonical && slot <= finalizedSlot,
            isOptimistic: isOptimistic(root))
    }

    /// Whether the block is the head or an ancestor of it: by the fork choice's tree, and by the store before the tree begins.
    private func isCanonical(_ root: Root, slot: Slot) throws -> Bool {
        if forkChoice.contains(root) { return forkChoice.isDescendant(head.root, of: root) }
        return try archive.store.canonicalRoot(slot: slot) == root
    }

    func state(_ id: BlockID) throws -> ChainState? {
        guard var state = try cachedState(id) else { return nil }
        let root = state.hashTreeRoot()
        return ChainState(
            root: root, state: state.state, isFinalized: state.state.slot <= finalizedSlot,
            isOptimistic: isOptimistic(blockRoot(of: state, stateRoot: root)))
    }

    /// The root of the state's last block.
    private func blockRoot(of state: CachedBeaconState, stateRoot: Root) -> Root {
        var header = state.state.latestBlockHeader
        if header.stateRoot.isZero { header.stateRoot = stateRoot }
        return header.hashTreeRoot(spec)
    }

    /// A slot without a block has the state of the last block before it, advanced through the empty slots.
    private func cachedState(_ id: BlockID) throws -> CachedBeaconState? {
        switch id {
        case .slot(let slot):
            guard slot <= currentSlot else { return nil }
            let open = forkChoice.ancestor(of: head.root, at: slot)
            guard let root = try open ?? archive.store.canonicalRoot(atOrBefore: slot)?.root else { return nil }
            return try archive.state(after: root, at: slot)
        case .root(let root):
            // A state id names a state root; a block root is accepted as well.
            if try archive.store.hasBlock(root) { return try state(after: root) }
            if let place = try archive.store.statePlace(root) { return try archive.state(after: place.block, at: place.slot) }
            return try stateAfterHead(root)
        case .head, .genesis, .justified, .finalized, .confirmed:
            return try blockRoot(id).map(state(after:))
        }
    }

    /// How many empty slots after the head are looked through for a state that is named by its root.
    private static let slotsAfterHead: UInt64 = 32

    /// The head's state advanced to one of the last slots, if it has this root.
    private func stateAfterHead(_ root: Root) throws -> CachedBeaconState? {
        guard currentSlot > head.slot, currentSlot - head.slot <= Self.slotsAfterHead else { return nil }
        for slot in head.slot + 1...currentSlot {
            var state = try archive.state(after: head.root, at: slot)
            if state.hashTreeRoot() == root { return state }
        }
        return nil
    }
}
