import BeaconTypes
import BlockingWork
import ChainStore
import EngineTypes
import ForkChoice
import Logging
import Primitives
import ServiceInterfaces
import StateTransition

extension BlockImporter {
    /// Advances the fork choice to the current time at each slot, so that boosts and checkpoints move on.
    func run() async {
        var slot = (clock.currentSlot ?? 0) + 1
        while !Task.isCancelled {
            do {
                try await clock.sleep(until: slot)
                try await startSlot()
            } catch is CancellationError {
                return
            } catch {
                logger.error("cannot advance to slot \(slot): \(error)")
            }
            slot = max(slot + 1, (clock.currentSlot ?? 0) + 1)
        }
    }

    /// What every slot begins with: the votes of the slot before get their weight, the head follows, blocks are confirmed.
    func startSlot() async throws {
        forkChoice.onTick(timeMs: clock.currentTimeMs)
        countQueuedVotes()
        try await updateHead()
        confirm()
        publish()
        if forkChoice.isOptimistic(head.root) { await revalidateHead() }
    }

    /// Runs the fast confirmation rule: at each slot's start, after the votes of the slot before.
    func confirm() {
        let archive = archive
        let states = FastConfirmation.States(
            afterBlock: { try? archive.state(after: $0) }, atCheckpoint: { try? archive.checkpointState($0) })
        do {
            try confirmation.onFastConfirmation(forkChoice, states: states)
            if let confirmed = forkChoice.node(confirmation.confirmedRoot) {
                publish()
                announcements.chain.send(
                    .fastConfirmation(root: confirmed.root, slot: confirmed.slot, currentSlot: forkChoice.currentSlot))
            }
        } catch {
            logger.debug("nothing is confirmed: \(error)")
        }
    }

    /// Asks the fork choice for the head and follows it everywhere.
    func updateHead() async throws {
        try await follow(try forkChoice.getHead()) { _, _ in }
    }

    /// Makes a block the head and tells everybody: the view first, then the execution layer, then subscribers.
    ///
    /// - Parameter announceFirst: what is announced before the move.
    func follow(_ newRoot: Root, announceFirst: (NodeAnnouncements, ChainHead) -> Void) async throws {
        let newFinalized = forkChoice.finalizedCheckpoint
        let previous = head
        if newRoot != previous.root {
            let state = try archive.state(after: newRoot)
            head = ChainHead(root: newRoot, slot: forkChoice.node(newRoot)?.slot ?? state.state.slot, state: state)
            attendance.see(state.state, slotsPerEpoch: spec.preset.slotsPerEpoch)
        }
        let finalizedMoved = newFinalized.epoch > finalized.epoch
        let moved = newRoot != previous.root || finalizedMoved
        if moved {
            finalized = newFinalized
            try storeHead(from: previous.root)
            moveLightClientData(finalizedMoved: finalizedMoved)
        }
        publish()
        announceFirst(announcements, head)
        guard moved else { return }
        let verdict = try await tell(HeadMove(previous: previous, head: head, finalized: finalizedMoved ? newFinalized : nil))
        if finalizedMoved { await prune() }
        switch verdict {
        case .valid where forkChoice.isOptimistic(newRoot):
            forkChoice.onValidPayload(newRoot)
            publish()
        case .invalid(let latestValidHash) where forkChoice.isOptimistic(newRoot):
            try await invalidate(newRoot, isTaken: true, latestValidHash: latestValidHash)
        default: break
        }
    }

    /// One move of the head, as it was made: by the time that it is announced the head may have moved on.
    struct HeadMove: Sendable {
        var previous: ChainHead
        var head: ChainHead
        /// The checkpoint, where finality moved too.
        var finalized: Checkpoint?
    }

    /// Tells a move to the execution layer and then to subscribers, in the order in which the moves were made.
    ///
    /// - Returns: what the execution layer says of the head.
    private func tell(_ move: HeadMove) async throws -> PayloadVerdict {
        let earlier = lastHeadMove
        let view = published.current
        let task = Task {
            _ = await earlier?.result
            let verdict = PayloadVerdict(try await notifyEngine(head: move.head.root, attributes: nil).payloadStatus)
            let acks = try await worker.run { _ in view.acks(of: move.head) }
            announce(move, acks: acks)
            return verdict
        }
        lastHeadMove = task
        return try await task.value
    }

    /// Gives the votes of earlier slots their weight: a vote counts from the slot after its own.
    private func countQueuedVotes() {
        let due = queuedVotes.filter { $0.data.slot < forkChoice.currentSlot }
        queuedVotes.removeAll { $0.data.slot < forkChoice.currentSlot }
        for vote in due {
            do {
                try forkChoice.onAttestation(vote)
            } catch {
                logger.debug("a vote of slot \(vote.data.slot) carries no weight: \(error)")
            }
        }
    }

    /// Counts and announces a head on another branch than the one before.
    private func announceReorg(_ move: HeadMove) {
        let (previous, head) = (move.previous, move.head)
        let branch = Self.branches(from: previous.root, to: head.root, in: forkChoice)
        guard let oldest = branch.abandoned.last else { return }
        let depth = previous.slot - min(previous.slot, forkChoice.node(oldest.parentRoot)?.slot ?? oldest.slot)
        figures.note { $0.reorgs += 1 }
        logger.warning("Reorganisation", metadata: ["slot": "\(head.slot)", "depth": "\(depth)", "head": "\(head.root.shortHex)"])
        announcements.chain.send(
            .chainReorg(
                slot: head.slot, depth: depth, oldHead: previous.root, newHead: head.root,
                isOptimistic: forkChoice.isOptimistic(head.root)))
    }

    private func announce(_ move: HeadMove, acks: String) {
        var state = move.head.state
        let stateRoot = state.hashTreeRoot()
        if move.head.root != move.previous.root {
            announceReorg(move)
            let body = state.state.latestExecutionPayloadHeader
            logger.info(
                "Imported block",
                metadata: [
                    "slot": "\(move.head.slot)", "root": "\(move.head.root.shortHex)", "number": "\(body.blockNumber)",
                    "update": "\(PolExtraData.updateID(body.extraData).map { $0.isZero ? "none" : $0.shortHex } ?? "none")",
                    "acks": "\(acks)",
                ])
            announcements.chain.send(
                .head(
                    root: move.head.root, slot: move.head.slot, stateRoot: stateRoot, isOptimistic: forkChoice.isOptimistic(move.head.root))
            )
            announcements.learning.send(
                .head(LearningPoint(root: move.head.root, slot: move.head.slot, learning: state.state.learning)))
        }
        guard let finalized = move.finalized, var final = try? archive.state(after: finalized.root) else { return }
        logger.info("Finalized", metadata: ["epoch": "\(finalized.epoch)", "root": "\(finalized.root.shortHex)"])
        announcements.chain.send(
            .finalized(
                checkpoint: finalized, stateRoot: final.hashTreeRoot(), isOptimistic: forkChoice.isOptimistic(finalized.root)))
        announcements.learning.send(
            .finalized(
                LearningPoint(root: finalized.root, slot: final.state.latestBlockHeader.slot, learning: final.state.learning)))
    }
}
