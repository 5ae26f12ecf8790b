public import BeaconTypes
import ChainStore
import EngineTypes
import ForkChoice
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// Checks a block, stores it, and moves the head if the fork choice says so. A known block is no error.
    ///
    /// One import of a block runs at a time: the same block from elsewhere waits for it, and is checked itself only if that one
    /// was refused, because the two may differ in their signatures.
    public func importBlock(_ signed: SignedBeaconBlock) async throws {
        let root = signed.message.hashTreeRoot(spec)
        while let running = imports[root] { _ = await running.result }
        if forkChoice.contains(root) { return }
        let task = Task { try await importNewBlock(signed, root: root) }
        imports[root] = task
        defer { imports[root] = nil }
        try await task.value
    }

    private func importNewBlock(_ signed: SignedBeaconBlock, root: Root) async throws {
        let started = clock.currentTime
        do {
            let preState = try parentState(of: signed.message)
            let post = try await transition(preState, signed, root: root)
            try await execute(signed.message, root: root)
            try await commit(signed, root: root, post: post)
        } catch {
            figures.rejectedBlocks += 1
            showRefused(signed, error)
            throw error
        }
        figures.importedBlocks += 1
        figures.lastImportSeconds = clock.currentTime - started
        try await updateHead()
    }

    /// The state on which the block builds, after the checks that come before the transition.
    private func parentState(of block: BeaconBlock) throws -> CachedBeaconState {
        forkChoice.onTick(timeMs: clock.currentTimeMs)
        try forkChoice.validateOnBlock(slot: block.slot, parentRoot: block.parentRoot)
        return try stateAfter(block.parentRoot)
    }

    private func transition(_ pre: CachedBeaconState, _ signed: SignedBeaconBlock, root: Root) async throws -> CachedBeaconState {
        var state = pre
        do {
            try state.stateTransition(signed)
        } catch {
            await accuseSigner(of: signed, on: pre)
            throw BeaconNodeError.invalidBlock(root, reason: "\(error)")
        }
        return state
    }

    /// Has the execution layer check and store the payload.
    func execute(_ block: BeaconBlock, root: Root) async throws {
        let status: PayloadStatus
        do {
            status = try await engine.newPayload(
                block.body.executionPayload.engineForm, parentBeaconBlockRoot: block.parentRoot,
                executionRequests: block.body.executionRequests.engineForm(spec))
        } catch {
            throw BeaconNodeError.executionUnavailable(reason: "\(error)")
        }
        guard status.status == .valid else {
            if status.status == .invalid { figures.invalidPayloads += 1 }
            throw BeaconNodeError.executionInvalid(root, reason: status.validationError ?? status.status.rawValue)
        }
        figures.validPayloads += 1
    }

    /// Puts the block into fork choice and store: one write transaction.
    private func commit(_ signed: SignedBeaconBlock, root: Root, post: CachedBeaconState) async throws {
        let block = signed.message
        var next = forkChoice
        next.onTick(timeMs: clock.currentTimeMs)
        try next.apply(block, root: root, post: post) { checkpoint in try? checkpointState(checkpoint) }
        let summary = BeaconBlockSummary(
            slot: block.slot, parentRoot: block.parentRoot, stateRoot: block.stateRoot,
            executionHash: block.body.executionPayload.blockHash)
        let newHead = try next.getHead()
        let branch = Self.branches(from: head.root, to: newHead, in: next)
        try store.write { batch in
            batch.putBlock(root, signed.serialize(spec), summary: summary)
            batch.putState(block.stateRoot, post.state.serialize(spec))
            Self.put(next, head: newHead, branch: branch, into: &batch)
        }
        forkChoice = next
        storedHead = newHead
        storedFinalized = next.finalizedCheckpoint
        states.insert(post, for: root)
        collectLightClientData(block, root: root, state: post.state)
        broadcast.send(.block(root: root, slot: block.slot))
        learningBroadcast.send(.block(root: root, slot: block.slot))
    }

    /// The state of a checkpoint: its block's, moved to the start of its epoch.
    func checkpointState(_ checkpoint: Checkpoint) throws -> CachedBeaconState {
        var state = try stateAfter(checkpoint.root)
        let start = checkpoint.epoch * spec.preset.slotsPerEpoch
        if state.state.slot < start { try state.processSlots(to: start) }
        return state
    }
}

extension ForkChoice {
    /// Takes in a block that the state transition accepted: the block itself, its votes and its slashings.
    ///
    /// - Parameter checkpointState: the state of a checkpoint that the block justifies.
    mutating func apply(
        _ block: BeaconBlock, root: Root, post: CachedBeaconState, checkpointState: (Checkpoint) -> CachedBeaconState?
    ) throws {
        let node = try ProtoNode(root: root, block: block, postState: post)
        try onBlock(node) { checkpoint in checkpointState(checkpoint).map(JustifiedBalances.init) }
        for attestation in block.body.attestations {
            // Votes for blocks that this node does not have carry no weight here: not an error of the block.
            if let indexed = try? post.getIndexedAttestation(attestation) { try? onAttestation(indexed, isFromBlock: true) }
        }
        for slashing in block.body.attesterSlashings {
            let second = Set(slashing.attestation2.attestingIndices)
            onAttesterSlashing(slashing.attestation1.attestingIndices.filter(second.contains))
        }
    }
}
