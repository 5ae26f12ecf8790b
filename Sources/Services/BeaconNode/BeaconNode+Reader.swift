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

extension BeaconNode: MetricsSource {
    public func metrics() -> [MetricSample] {
        [
            MetricSample("beacon_head_slot", Double(head.slot), help: "Slot of the head block."),
            MetricSample("beacon_clock_slot", Double(clock.currentSlot ?? 0), help: "Current slot."),
            MetricSample("beacon_clock_time_slot", Double(clock.currentSlot ?? 0), help: "Current slot by the clock."),
            MetricSample(
                "beacon_previous_justified_epoch", Double(head.state.state.previousJustifiedCheckpoint.epoch),
                help: "Previous justified epoch."),
            MetricSample("beacon_head_root", head.root.lowBytes, help: "Root of the head block, its last 8 bytes as a number."),
            MetricSample("beacon_finalized_root", finalized.root.lowBytes, help: "Last finalised root, its last 8 bytes as a number."),
            MetricSample(
                "beacon_current_justified_root", forkChoice.justifiedCheckpoint.root.lowBytes,
                help: "Current justified root, its last 8 bytes as a number."),
            MetricSample("beacon_finalized_epoch", Double(finalized.epoch), help: "Last finalised epoch."),
            MetricSample(
                "beacon_current_justified_epoch", Double(forkChoice.justifiedCheckpoint.epoch), help: "Current justified epoch."),
            MetricSample(
                "beacon_confirmed_slot", Double(forkChoice.node(confirmation.confirmedRoot)?.slot ?? 0),
                help: "Slot of the latest block that the fast confirmation rule confirms."),
            MetricSample(
                "beacon_certificate_faults_total", Double(figures.certificateFaults), kind: .counter,
                help: "Blocks with a forged ACK certificate that became evidence."),
            MetricSample(
                "beacon_current_active_validators",
                Double(head.state.getActiveValidatorIndices(head.state.currentEpoch).count), help: "Active validators."),
            MetricSample("beacon_processed_blocks_total", Double(figures.importedBlocks), kind: .counter, help: "Blocks imported."),
            MetricSample("beacon_rejected_blocks_total", Double(figures.rejectedBlocks), kind: .counter, help: "Blocks refused."),
            MetricSample("beacon_reorgs_total", Double(figures.reorgs), kind: .counter, help: "Head changes to another branch."),
            MetricSample("beacon_block_import_seconds", figures.lastImportSeconds, help: "Seconds the last import took."),
        ]
    }
}

extension Hash32 {
    /// The last 8 bytes as a number, which is how a root fits a gauge.
    fileprivate var lowBytes: Double { Double(bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
}
