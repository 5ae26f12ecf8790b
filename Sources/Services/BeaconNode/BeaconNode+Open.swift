public import BeaconTypes
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
    /// - Throws: `differentChain` when the store holds another chain, `corruptStore` when it cannot be read.
    public init(
        genesis: CachedBeaconState, clock: SlotClock, store: BeaconStore, engine: any ExecutionEngine, logger: Logger
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
        }
        guard let encoded = try store.value(.forkChoice), let headRoot = try store.pointer(.head) else {
            throw BeaconNodeError.corruptStore("head or fork choice is missing")
        }
        let forkChoice = try ForkChoice(decoding: encoded, settings: ForkChoiceSettings(spec))
        let headState = try Self.loadState(after: headRoot, store: store, states: states, spec: spec)
        states.insert(headState, for: headRoot)
        self.init(
            spec: spec, clock: clock, store: store, engine: engine, logger: logger, genesis: roots, forkChoice: forkChoice,
            states: states,
            head: ChainHead(root: headRoot, slot: headState.state.latestBlockHeader.slot, state: headState))
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

    /// The state after the head, from the store or replayed from its nearest stored ancestor.
    private static func loadState(
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
