import BeaconTypes
import ChainStore
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// What a node holds of its chain: rules, clock and genesis, the store, and states in memory. Safe to use from everywhere, and
/// true at any moment: a block and the state after it never change.
final class ChainArchive: Sendable {
    let spec: BeaconSpec
    let clock: SlotClock
    let genesisRoot: Root
    let genesisValidatorsRoot: Root
    let store: BeaconStore
    let states: StateCache
    let advanced = AdvancedStates()

    init(
        spec: BeaconSpec, clock: SlotClock, genesis: (root: Root, validatorsRoot: Root), store: BeaconStore, states: StateCache
    ) {
        self.spec = spec
        self.clock = clock
        genesisRoot = genesis.root
        genesisValidatorsRoot = genesis.validatorsRoot
        self.store = store
        self.states = states
    }

    /// The block with this root; `nil` when it is not held.
    func block(_ root: Root) throws -> SignedBeaconBlock? {
        try store.block(root).map { try SignedBeaconBlock(deserializing: $0, spec) }
    }

    /// The state after a known block: from memory, from the store, or replayed from the nearest stored ancestor.
    func state(after root: Root) throws -> CachedBeaconState {
        let state = try Self.loadState(after: root, store: store, states: states, spec: spec)
        states.insert(state, for: root)
        return state
    }

    /// The state after a known block, advanced through empty slots to `slot` where that is later.
    func state(after root: Root, at slot: Slot) throws -> CachedBeaconState {
        let base = try state(after: root)
        return base.state.slot < slot ? try advanced.state(after: root, at: slot, from: base) : base
    }

    /// The state of a checkpoint: its block's, moved to the start of its epoch.
    func checkpointState(_ checkpoint: Checkpoint) throws -> CachedBeaconState {
        try state(after: checkpoint.root, at: checkpoint.epoch * spec.preset.slotsPerEpoch)
    }

    static func loadState(
        after root: Root, store: BeaconStore, states: StateCache, spec: BeaconSpec
    ) throws -> CachedBeaconState {
        // Roots alone: a state may be many blocks away from the one that it is rebuilt from.
        var missing: [Root] = []
        var cursor = root
        while true {
            if let state = states[cursor] { return try replay(missing, on: state, store: store) }
            guard let summary = try store.summary(cursor) else { throw BeaconNodeError.missingState(root) }
            if let bytes = try store.state(summary.stateRoot) {
                let state = CachedBeaconState(try BeaconState(deserializing: bytes, spec), spec: spec)
                return try replay(missing, on: state, store: store)
            }
            guard try store.hasBlock(cursor) else { throw BeaconNodeError.missingState(root) }
            missing.append(cursor)
            cursor = summary.parentRoot
        }
    }

    /// Applies the blocks, the last one first.
    private static func replay(_ missing: [Root], on base: CachedBeaconState, store: BeaconStore) throws -> CachedBeaconState {
        var state = base
        for root in missing.reversed() {
            guard let bytes = try store.block(root) else { throw BeaconNodeError.missingState(root) }
            try state.stateTransition(try SignedBeaconBlock(deserializing: bytes, base.spec), strategy: .trusted)
        }
        return state
    }
}
