import BeaconTypes
import ChainStore
import EngineTypes
import ForkChoice
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ChainView {
    /// Opens the chain that begins with `genesis`: resumes it where the store left off, or begins it in an empty store.
    static func open(
        genesis: CachedBeaconState, anchor: CheckpointAnchor?, clock: SlotClock, store: BeaconStore, logger: Logger
    ) throws -> ChainView {
        var genesis = genesis
        let spec = genesis.spec
        let genesisBlock = genesis.genesisBlock()
        let genesisRoot = genesisBlock.hashTreeRoot(spec)
        let states = StateCache()
        states.insert(genesis, for: genesisRoot)
        if let known = try store.pointer(.genesisBlock) {
            guard known == genesisRoot else {
                throw BeaconNodeError.differentChain(
                    "its genesis block is \(known.shortHex), this configuration's is \(genesisRoot.shortHex)")
            }
        } else {
            try begin(store, genesis: &genesis, block: genesisBlock, root: genesisRoot)
            if let anchor { try begin(store, at: anchor, spec: spec) }
        }
        let archive = ChainArchive(
            spec: spec, clock: clock, genesis: (genesisRoot, genesis.state.genesisValidatorsRoot), store: store, states: states)
        guard let headRoot = try store.pointer(.head) else { throw BeaconNodeError.corruptStore("the head is missing") }
        let forkChoice = try loadForkChoice(archive, logger: logger)
        let headState = try archive.state(after: headRoot)
        return ChainView(
            archive,
            Contents(
                forkChoice: forkChoice,
                head: ChainHead(root: headRoot, slot: headState.state.latestBlockHeader.slot, state: headState),
                finalized: forkChoice.finalizedCheckpoint, confirmedRoot: forkChoice.finalizedCheckpoint.root,
                lightClient: loadLightClient(forkChoice: forkChoice, head: headRoot, archive: archive, logger: logger)))
    }

    /// Writes genesis block, state and the first fork choice into an empty store.
    static func begin(_ store: BeaconStore, genesis: inout CachedBeaconState, block: BeaconBlock, root: Root) throws {
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
    static func begin(_ store: BeaconStore, at anchor: CheckpointAnchor, spec: BeaconSpec) throws {
        let block = anchor.block.message
        let summary = BeaconBlockSummary(
            slot: block.slot, parentRoot: block.parentRoot, stateRoot: block.stateRoot,
            executionHash: block.body.executionPayload.blockHash)
        // Its payload is executed once those before it were.
        let forkChoice = ForkChoice(anchorRoot: anchor.root, anchorState: anchor.state, payload: block.slot == 0 ? .valid : .notValidated)
        try store.write { batch in
            batch.putBlock(anchor.root, anchor.block.serialize(spec), summary: summary)
            batch.putState(block.stateRoot, anchor.state.state.serialize(spec))
            batch.setCanonical(slot: block.slot, anchor.root)
            for pointer in [BeaconStore.Pointer.head, .justified, .finalized, .checkpoint] { batch.set(pointer, anchor.root) }
            batch.set(.forkChoice, forkChoice.encoded())
        }
    }

    /// The stored fork choice; where it cannot be read, one built again from the finalised block and all blocks after it,
    /// which has the votes in those blocks and lacks those that were never included.
    static func loadForkChoice(_ archive: ChainArchive, logger: Logger) throws -> ForkChoice {
        let (store, spec) = (archive.store, archive.spec)
        do {
            guard let encoded = try store.value(.forkChoice) else { throw ForkChoiceError.malformedStore("it is missing") }
            return try ForkChoice(decoding: encoded, settings: ForkChoiceSettings(spec))
        } catch let error as ForkChoiceError {
            logger.warning("\(error)")
        }
        guard let anchor = try store.pointer(.finalized), let summary = try store.summary(anchor) else {
            throw BeaconNodeError.corruptStore("the finalised block is missing")
        }
        var known = [anchor: try archive.state(after: anchor)]
        // Before a node that began at a checkpoint has executed what was before it, nothing is validated here.
        let payload: PayloadValidationStatus = try store.pointer(.checkpoint) == nil ? .valid : .notValidated
        guard var forkChoice = known[anchor].map({ ForkChoice(anchorRoot: anchor, anchorState: $0, payload: payload) }) else {
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
            // Blocks whose payloads were not validated are stored as well: they are offered to the execution layer again
            try forkChoice.apply(
                ProtoNode(root: root, block: block.message, postState: state), BlockWeight(block.message, post: state),
                payload: .notValidated
            ) { checkpoint in
                guard var found = known[checkpoint.root] else { return nil }
                let start = checkpoint.epoch * spec.preset.slotsPerEpoch
                if found.state.slot < start, (try? found.processSlots(to: start)) == nil { return nil }
                return found
            }
        }
        return forkChoice
    }
}

extension UInt64 {
    fileprivate func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
