import BeaconTypes
public import ChainStore
import ForkChoice
public import Logging
import Primitives
import SSZ
public import ServiceInterfaces
public import StateTransition

extension BeaconNode {
    /// Opens the chain that begins with `genesis`: resumes it where the store left off, or begins it in an empty store.
    ///
    /// - Parameter anchor: where to begin in an empty store instead of at genesis.
    /// - Throws: `differentChain` when the store holds another chain, `corruptStore` when it cannot be read.
    public init(
        genesis: CachedBeaconState, anchor: CheckpointAnchor? = nil, clock: SlotClock, store: BeaconStore,
        engine: any ExecutionEngine, logger: Logger
    ) throws {
        var genesis = genesis
        let spec = genesis.spec
        let genesisBlock = genesis.genesisBlock()
        let genesisRoot = genesisBlock.hashTreeRoot(spec)
        let roots = (root: genesisRoot, validatorsRoot: genesis.state.genesisValidatorsRoot)
        var states = StateCache()
        states.insert(genesis, for: genesisRoot)
        if let known = try store.pointer(.genesisBlock) {
            guard known == genesisRoot else {
                throw BeaconNodeError.differentChain(
                    "its genesis block is \(known.shortHex), this configuration's is \(genesisRoot.shortHex)")
            }
        } else {
            try Self.begin(store, genesis: &genesis, block: genesisBlock, root: genesisRoot)
            if let anchor { try Self.begin(store, at: anchor, spec: spec) }
        }
        guard let headRoot = try store.pointer(.head) else { throw BeaconNodeError.corruptStore("the head is missing") }
        let forkChoice = try Self.loadForkChoice(store: store, states: states, spec: spec, logger: logger)
        let headState = try Self.loadState(after: headRoot, store: store, states: states, spec: spec)
        states.insert(headState, for: headRoot)
        let head = ChainHead(root: headRoot, slot: headState.state.latestBlockHeader.slot, state: headState)
        let lightClient = Self.loadLightClient(
            forkChoice: forkChoice, head: head, store: store, states: states, spec: spec, logger: logger)
        self.init(
            spec: spec, clock: clock, store: store, engine: engine, logger: logger, genesis: roots, forkChoice: forkChoice,
            states: states, head: head, lightClient: lightClient)
    }

    /// Writes genesis block, state and the first fork choice into an empty store.
    private static func begin(_ store: BeaconStore, genesis: inout CachedBeaconState, block: BeaconBlock, root: Root) throws {
        let spec = genesis.spec
        let forkChoice = ForkChoice(anchorRoot: root, anchorState: genesis)
        let summary = BeaconBlockSummary(
            slot: 0, parentRoot: .zero, stateRoot: block.stateRoot,
            executionHash: genesis.state.latestExecutionPayloadHeader.blockHash)
        let signed = SignedBeaconBlock(message: block, signature: BLSSignature())
        let state = genesis.state.serialize(spec)
        try store.write { batch in
            batch.putBlock(root, signed.serialize(spec), summary: summary)
            batch.putState(block.stateRoot, state)
            batch.setCanonical(slot: 0, root)
            for pointer in [BeaconStore.Pointer.genesisBlock, .head, .justified, .finalized] { batch.set(pointer, root) }
            batch.set(.forkChoice, forkChoice.encoded())
        }
    }

    /// Makes a trusted block the head of a store that holds only genesis.
    private static func begin(_ store: BeaconStore, at anchor: CheckpointAnchor, spec: BeaconSpec) throws {
        let block = anchor.block.message
        let summary = BeaconBlockSummary(
            slot: block.slot, parentRoot: block.parentRoot, stateRoot: block.stateRoot,
            executionHash: block.body.executionPayload.blockHash)
        let forkChoice = ForkChoice(anchorRoot: anchor.root, anchorState: anchor.state)
        try store.write { batch in
            batch.putBlock(anchor.root, anchor.block.serialize(spec), summary: summary)
            batch.putState(block.stateRoot, anchor.state.state.serialize(spec))
            batch.setCanonical(slot: block.slot, anchor.root)
            for pointer in [BeaconStore.Pointer.head, .justified, .finalized] { batch.set(pointer, anchor.root) }
            batch.set(.forkChoice, forkChoice.encoded())
        }
    }

    /// The stored fork choice; where it cannot be read, one built again from the finalised block and all blocks after it,
    /// which has the votes in those blocks and lacks those that were never included.
    private static func loadForkChoice(
        store: BeaconStore, states: StateCache, spec: BeaconSpec, logger: Logger
    ) throws -> ForkChoice {
        do {
            guard let encoded = try store.value(.forkChoice) else { throw ForkChoiceError.malformedStore("it is missing") }
            return try ForkChoice(decoding: encoded, settings: ForkChoiceSettings(spec))
        } catch let error as ForkChoiceError {
            logger.warning("\(error)")
        }
        guard let anchor = try store.pointer(.finalized), let summary = try store.summary(anchor) else {
            throw BeaconNodeError.corruptStore("the finalised block is missing")
        }
        var known = [anchor: try loadState(after: anchor, store: store, states: states, spec: spec)]
        guard var forkChoice = known[anchor].map({ ForkChoice(anchorRoot: anchor, anchorState: $0) }) else {
            throw BeaconNodeError.missingState(anchor)
        }
        for (slot, root) in try store.blockRoots(from: summary.slot + 1, through: .max) {
            guard let bytes = try store.block(root) else { throw BeaconNodeError.corruptStore("block \(root) is missing") }
            let block = try SignedBeaconBlock(deserializing: bytes, spec)
            // A branch that ended before the finalised block
            guard var state = known[block.message.parentRoot] else { continue }
            try state.stateTransition(block, strategy: .trusted)
            known[root] = state
            // At the next slot's start the block's own votes count
            forkChoice.onTick(timeMs: (state.state.genesisTime * 1000).addingSaturated((slot + 1) * spec.config.slotDurationMs))
            try forkChoice.apply(block.message, root: root, post: state) { checkpoint in
                guard var found = known[checkpoint.root] else { return nil }
                let start = checkpoint.epoch * spec.preset.slotsPerEpoch
                if found.state.slot < start, (try? found.processSlots(to: start)) == nil { return nil }
                return found
            }
        }
        return forkChoice
    }

    /// The state after the head, from the store or replayed from its nearest stored ancestor.
    static func loadState(
        after root: Root, store: BeaconStore, states: StateCache, spec: BeaconSpec
    ) throws -> CachedBeaconState {
        if let state = states[root] { return state }
        var missing: [SignedBeaconBlock] = []
        var cursor = root
        while true {
            if let state = states[cursor] { return try replay(missing, on: state) }
            guard let summary = try store.summary(cursor) else { throw BeaconNodeError.missingState(root) }
            if let bytes = try store.state(summary.stateRoot) {
                let state = CachedBeaconState(try BeaconState(deserializing: bytes, spec), spec: spec)
                return try replay(missing, on: state)
            }
            guard let bytes = try store.block(cursor) else { throw BeaconNodeError.missingState(root) }
            missing.append(try SignedBeaconBlock(deserializing: bytes, spec))
            cursor = summary.parentRoot
        }
    }

    private static func replay(_ missing: [SignedBeaconBlock], on base: CachedBeaconState) throws -> CachedBeaconState {
        var state = base
        for block in missing.reversed() { try state.stateTransition(block, strategy: .trusted) }
        return state
    }

    /// The state after a known block: from memory, from the store, or replayed from the nearest stored ancestor.
    func stateAfter(_ root: Root) throws -> CachedBeaconState {
        let state = try Self.loadState(after: root, store: store, states: states, spec: spec)
        states.insert(state, for: root)
        return state
    }
}

extension UInt64 {
    fileprivate func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
