import BeaconTypes
import BlockingWork
import ChainStore
import EngineTypes
import ForkChoice
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BlockImporter {
    /// Checks a block, stores it, and moves the head if the fork choice says so. A known block is no error.
    ///
    /// One import of a block runs at a time: the same block from elsewhere waits for it, and is checked itself only if that one
    /// was refused, because the two may differ in their signatures.
    ///
    /// - Parameter isAnnounced: whether the block is told to the subscribers of operations once it passed the cheap checks.
    func importBlock(_ signed: SignedBeaconBlock, root: Root, isAnnounced: Bool) async throws {
        while let running = imports[root] {
            followers += 1
            _ = await running.result
            followers -= 1
        }
        if forkChoice.contains(root) { return }
        let task = Task { try await importNewBlock(signed, root: root, isAnnounced: isAnnounced) }
        imports[root] = task
        defer { imports[root] = nil }
        try await task.value
    }

    private func importNewBlock(_ signed: SignedBeaconBlock, root: Root, isAnnounced: Bool) async throws {
        let started = clock.currentTime
        let newHead: Root
        do {
            let block = signed.message
            forkChoice.onTick(timeMs: clock.currentTimeMs)
            try forkChoice.validateOnBlock(slot: block.slot, parentRoot: block.parentRoot)
            let archive = archive
            let checked = try await worker.run { _ in try CheckedBlock(signed, root: root, archive) }
            if isAnnounced { announcements.operations.send(.blockGossip(root: root, slot: block.slot)) }
            let accepted = try await worker.run { _ in try AcceptedBlock(checked, archive) }
            let payload = try await execute(block, root: root)
            newHead = try commit(accepted, payload: payload)
        } catch {
            let cause = (error as? RefusedBlock)?.error ?? error
            figures.note { $0.rejectedBlocks += 1 }
            showRefused(signed, cause)
            if let evidence = (error as? RefusedBlock)?.evidence { await accuseSigner(of: signed, evidence) }
            throw cause
        }
        figures.note { [clock] figures in
            figures.importedBlocks += 1
            figures.lastImportSeconds = clock.currentTime - started
        }
        let isOptimistic = forkChoice.isOptimistic(root)
        try await follow(newHead) { announcements, _ in
            announcements.chain.send(.block(root: root, slot: signed.message.slot, isOptimistic: isOptimistic))
            announcements.learning.send(.block(root: root, slot: signed.message.slot))
        }
    }

    /// Puts the block into fork choice and store: one write transaction.
    ///
    /// - Returns: the head with it.
    private func commit(_ block: AcceptedBlock, payload: PayloadValidationStatus) throws -> Root {
        let message = block.signed.message
        var next = forkChoice
        next.onTick(timeMs: clock.currentTimeMs)
        try next.apply(block.node, block.weight, payload: payload) { checkpoint in try? archive.checkpointState(checkpoint) }
        let summary = BeaconBlockSummary(
            slot: message.slot, parentRoot: message.parentRoot, stateRoot: message.stateRoot,
            executionHash: message.body.executionPayload.blockHash)
        let newHead = try next.getHead()
        let branch = Self.branches(from: head.root, to: newHead, in: next)
        try archive.store.write { batch in
            batch.putBlock(block.root, block.encodedBlock, summary: summary)
            batch.putState(message.stateRoot, block.encodedState)
            for (slot, stateRoot) in block.emptySlots { batch.putStateRoot(stateRoot, of: message.parentRoot, slot: slot) }
            Self.put(next, head: newHead, branch: branch, into: &batch)
        }
        forkChoice = next
        storedHead = newHead
        storedFinalized = next.finalizedCheckpoint
        archive.states.insert(block.post, for: block.root)
        collectLightClientData(message, root: block.root, state: block.post.state)
        return newHead
    }

    /// Keeps a block from before the checkpoint that this node started from, and has the execution layer execute its payload.
    ///
    /// That the proposer signed it is checked by the head's registry: the roots on the way to the checkpoint do not hold the signature.
    func backfill(_ signed: SignedBeaconBlock, root: Root) async throws {
        let (block, registry) = (signed.message, head.state)
        guard try await worker.run({ _ in registry.isSigned(signed, root: root) }) else {
            throw BeaconNodeError.invalidBlock(root, StateTransitionError(.blockSignature, "of 1 signer"))
        }
        try checkLinks(block, root: root)
        guard try await execute(block, root: root) == .valid else {
            throw BeaconNodeError.executionUnavailable(reason: "the payload of slot \(block.slot) cannot be executed yet")
        }
        if forkChoice.isOptimistic(root) {
            forkChoice.onValidPayload(root)
            publish()
        }
        if try !archive.store.hasBlock(root) {
            let summary = BeaconBlockSummary(
                slot: block.slot, parentRoot: block.parentRoot, stateRoot: block.stateRoot,
                executionHash: block.body.executionPayload.blockHash)
            try archive.store.write { batch in
                batch.putBlock(root, signed.serialize(spec), summary: summary)
                batch.setCanonical(slot: block.slot, root)
            }
        }
    }

    /// That block and payload follow the parent's, as far as it shows without a state: only then is a payload that cannot be executed
    /// the execution layer's lack and not the block's fault.
    private func checkLinks(_ block: BeaconBlock, root: Root) throws {
        let payload = block.body.executionPayload
        guard let parent = try archive.store.summary(block.parentRoot) else { throw BeaconNodeError.missingState(block.parentRoot) }
        guard parent.slot < block.slot, payload.parentHash == parent.executionHash,
            payload.timestamp == (try head.state.computeTimeAtSlot(block.slot))
        else { throw BeaconNodeError.executionInvalid(root, reason: "the payload of slot \(block.slot) does not follow its parent's") }
    }

    /// Shows a block that breaks a rule of the chain to the observer, which must not hold up imports.
    private func showRefused(_ signed: SignedBeaconBlock, _ error: any Error) {
        guard let refusedBlocks, case BeaconNodeError.invalidBlock = error else { return }
        Task { await refusedBlocks.refused(signed) }
    }

    /// Shows a block that was not the first of its slot and proposer to the observer.
    func show(second signed: SignedBeaconBlock) async { await refusedBlocks?.refused(signed) }

    /// Pools the evidence that a refused block gives against its signer.
    private func accuseSigner(of signed: SignedBeaconBlock, _ evidence: AckEvidence) async {
        let accused = signed.message.proposerIndex
        logger.warning(
            "Forged ACK certificate: evidence against its signer",
            metadata: ["slot": "\(signed.message.slot)", "validator": "\(accused)", "fault": "\(evidence.fault)"])
        do {
            try await pools.submit(evidence.slashing)
            figures.note { $0.certificateFaults += 1 }
        } catch {
            logger.warning("Evidence against validator \(accused) is not pooled: \(error)")
        }
    }
}
