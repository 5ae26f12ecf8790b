public import Primitives
import ForkChoice
public import BeaconTypes
import ChainStore
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: BeaconChainReader {
    public func blockRoot(_ id: BlockID) throws -> Root? {
        switch id {
        case .head: head.root
        case .genesis: genesisRoot
        case .justified: forkChoice.justifiedCheckpoint.root
        case .finalized: finalized.root
        case .confirmed: confirmation.confirmedRoot
        case .slot(let slot): try store.canonicalRoot(slot: slot)
        case .root(let root): try store.hasBlock(root) ? root : nil
        }
    }

    public func block(_ id: BlockID) throws -> ChainBlock? {
        guard let root = try blockRoot(id), let bytes = try store.block(root), let summary = try store.summary(root) else { return nil }
        let isCanonical = try store.canonicalRoot(slot: summary.slot) == root
        return ChainBlock(
            root: root, block: try SignedBeaconBlock(deserializing: bytes, spec), isCanonical: isCanonical,
            isFinalized: isCanonical && summary.slot <= finalizedSlot)
    }

    public func state(_ id: BlockID) throws -> ChainState? {
        guard var state = try cachedState(id) else { return nil }
        let root = state.hashTreeRoot()
        return ChainState(root: root, state: state.state, isFinalized: state.state.slot <= finalizedSlot)
    }

    /// A slot without a block has the state of the last block before it, advanced through the empty slots.
    private func cachedState(_ id: BlockID) throws -> CachedBeaconState? {
        switch id {
        case .slot(let slot):
            guard slot <= max(head.slot, clock.currentSlot ?? 0), let found = try store.canonicalRoot(atOrBefore: slot) else { return nil }
            var state = try stateAfter(found.root)
            if state.state.slot < slot { try state.processSlots(to: slot) }
            return state
        case .root(let root):
            // A state id names a state root; a block root is accepted as well.
            if try store.hasBlock(root) { return try stateAfter(root) }
            guard let bytes = try store.state(root) else { return nil }
            return CachedBeaconState(try BeaconState(deserializing: bytes, spec), spec: spec)
        case .head, .genesis, .justified, .finalized, .confirmed:
            return try blockRoot(id).map(stateAfter)
        }
    }

    /// The last slot whose canonical block is finalised.
    private var finalizedSlot: Slot { finalized.epoch * spec.preset.slotsPerEpoch }

    /// A node without peers has nobody to sync from: it is never "syncing".
    public func syncStatus() -> BeaconSyncStatus {
        let distance = (clock.currentSlot ?? 0) > head.slot ? (clock.currentSlot ?? 0) - head.slot : 0
        return BeaconSyncStatus(
            headSlot: head.slot, syncDistance: distance, isSyncing: false, isOptimistic: false, isExecutionOffline: false)
    }
}

extension BeaconNode: BlockHistory {
    public func blocks(in slots: ClosedRange<Slot>) throws -> [BlockReference] {
        try store.blockRoots(from: slots.lowerBound, through: slots.upperBound).map { BlockReference(slot: $0.slot, root: $0.root) }
    }
}
