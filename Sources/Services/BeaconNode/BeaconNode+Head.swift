import Logging
import BeaconTypes
import ChainStore
import EngineTypes
import ForkChoice
import Primitives
import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// Advances the fork choice to the current time at each slot, so that boosts and checkpoints move on.
    public func run() async {
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
    }

    /// Runs the fast confirmation rule: at each slot's start, after the votes of the slot before.
    func confirm() {
        let states = FastConfirmation.States(
            afterBlock: { try? self.stateAfter($0) }, atCheckpoint: { try? self.checkpointState($0) })
        do {
            try confirmation.onFastConfirmation(forkChoice, states: states)
            if let confirmed = forkChoice.node(confirmation.confirmedRoot) {
                broadcast.send(
                    .fastConfirmation(root: confirmed.root, slot: confirmed.slot, currentSlot: forkChoice.currentSlot))
            }
        } catch {
            logger.debug("nothing is confirmed: \(error)")
        }
    }

    /// Asks the fork choice for the head and follows it everywhere.
    func updateHead() async throws {
        let newRoot = try forkChoice.getHead()
        let newFinalized = forkChoice.finalizedCheckpoint
        let previous = head
        if newRoot != previous.root {
            let state = try stateAfter(newRoot)
            head = ChainHead(root: newRoot, slot: forkChoice.node(newRoot)?.slot ?? state.state.slot, state: state)
        }
        let finalizedMoved = newFinalized.epoch > finalized.epoch
        guard newRoot != previous.root || finalizedMoved else { return }
        finalized = newFinalized
        try storeHead(from: previous.root)
        moveLightClientData(finalizedMoved: finalizedMoved)
        try await tell(HeadMove(previous: previous, head: head, finalized: finalizedMoved ? newFinalized : nil))
        if finalizedMoved { prune() }
    }

    /// One move of the head, as it was made: by the time that it is announced the head may have moved on.
    struct HeadMove: Sendable {
        var previous: ChainHead
        var head: ChainHead
        /// The checkpoint, where finality moved too.
        var finalized: Checkpoint?
    }

    /// Tells a move to the execution layer and then to subscribers, in the order in which the moves were made.
    private func tell(_ move: HeadMove) async throws {
        let earlier = lastHeadMove
        let task = Task {
            _ = await earlier?.result
            try await notifyEngine(head: move.head.root, attributes: nil)
            announce(move)
        }
        lastHeadMove = task
        try await task.value
    }

    /// Writes head, checkpoints and canonical index, unless the import of the head's block did.
    private func storeHead(from previous: Root) throws {
        guard storedHead != head.root || finalized != storedFinalized else { return }
        let branch = Self.branches(from: previous, to: head.root, in: forkChoice)
        try store.write { batch in Self.put(forkChoice, head: head.root, branch: branch, into: &batch) }
        storedHead = head.root
        storedFinalized = finalized
    }

    /// Puts what a fork choice says into a batch.
    static func put(_ forkChoice: ForkChoice, head: Root, branch: Branch, into batch: inout BeaconBatch) {
        for node in branch.abandoned { batch.setCanonical(slot: node.slot, nil) }
        for node in branch.adopted { batch.setCanonical(slot: node.slot, node.root) }
        batch.set(.head, head)
        batch.set(.justified, forkChoice.justifiedCheckpoint.root)
        batch.set(.finalized, forkChoice.finalizedCheckpoint.root)
        batch.set(.forkChoice, forkChoice.encoded())
    }

    /// The blocks that are no longer canonical and those that now are, when the head moves.
    struct Branch {
        var abandoned: [ProtoNode]
        var adopted: [ProtoNode]
    }

    static func branches(from old: Root, to new: Root, in forkChoice: ForkChoice) -> Branch {
        func chain(_ root: Root, notIn other: Root) -> [ProtoNode] {
            var result: [ProtoNode] = []
            var cursor = root
            while let node = forkChoice.node(cursor), !forkChoice.isDescendant(other, of: cursor) {
                result.append(node)
                cursor = node.parentRoot
            }
            return result
        }
        return Branch(abandoned: chain(old, notIn: new), adopted: chain(new, notIn: old))
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

    /// - Parameter block: the block that the execution layer is to take as its head.
    func forkchoiceState(head block: Root) throws -> ForkchoiceState {
        func executionHash(_ root: Root) throws -> Hash32 {
            root.isZero ? .zero : try stateAfter(root).state.latestExecutionPayloadHeader.blockHash
        }
        let justified = forkChoice.justifiedCheckpoint.root
        return ForkchoiceState(
            headBlockHash: try executionHash(block), safeBlockHash: try executionHash(justified),
            finalizedBlockHash: finalized.epoch == 0 ? .zero : try executionHash(finalized.root))
    }

    @discardableResult
    func notifyEngine(head block: Root, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated {
        do {
            return try await engine.forkchoiceUpdated(forkchoiceState(head: block), attributes: attributes)
        } catch {
            throw BeaconNodeError.executionUnavailable(reason: "\(error)")
        }
    }

    /// Counts and announces a head on another branch than the one before.
    private func announceReorg(_ move: HeadMove) {
        let (previous, head) = (move.previous, move.head)
        let branch = Self.branches(from: previous.root, to: head.root, in: forkChoice)
        guard let oldest = branch.abandoned.last else { return }
        let depth = previous.slot - min(previous.slot, forkChoice.node(oldest.parentRoot)?.slot ?? oldest.slot)
        figures.reorgs += 1
        logger.warning("Reorganisation", metadata: ["slot": "\(head.slot)", "depth": "\(depth)", "head": "\(head.root.shortHex)"])
        broadcast.send(.chainReorg(slot: head.slot, depth: depth, oldHead: previous.root, newHead: head.root))
    }

    private func announce(_ move: HeadMove) {
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
                    "acks": "\(acks(of: move.head))",
                ])
            broadcast.send(
                .head(root: move.head.root, slot: move.head.slot, stateRoot: stateRoot, learning: state.state.learning))
            learningBroadcast.send(
                .head(LearningPoint(root: move.head.root, slot: move.head.slot, learning: state.state.learning)))
        }
        guard let finalized = move.finalized, var final = try? stateAfter(finalized.root) else { return }
        logger.info("Finalized", metadata: ["epoch": "\(finalized.epoch)", "root": "\(finalized.root.shortHex)"])
        broadcast.send(
            .finalized(
                checkpoint: finalized, slot: final.state.latestBlockHeader.slot, stateRoot: final.hashTreeRoot(),
                learning: final.state.learning))
        learningBroadcast.send(
            .finalized(
                LearningPoint(
                    root: finalized.root, slot: final.state.latestBlockHeader.slot, learning: final.state.learning)))
    }

    /// `3/5 quorum 3`: the ACKs in a head block, its slot's committee and the quorum that it needs.
    private func acks(of head: ChainHead) -> String {
        let votes = votes(inBlock: head.root)
        guard let seats = ackSeats(slot: head.slot) else { return "\(votes)" }
        return "\(votes)/\(seats.members) quorum \(seats.quorum)"
    }

    /// Every how many slots the state of a finalised block stays on disk; those between are replayed on demand.
    static let snapshotInterval: UInt64 = 64

    /// Removes the stored states of blocks before the finalised one, but for the snapshots.
    private func forgetStates(of old: [ProtoNode]) throws {
        let finalizedStateRoot = try store.summary(finalized.root)?.stateRoot
        let stateRoots = try old.filter { $0.slot % Self.snapshotInterval != 0 && $0.slot > 0 }
            .compactMap { try store.summary($0.root)?.stateRoot }
            .filter { $0 != finalizedStateRoot }
        guard !stateRoots.isEmpty else { return }
        try store.write { batch in
            for root in stateRoots { batch.removeState(root) }
        }
    }

    /// Forgets what can no longer matter.
    private func prune() {
        let preset = spec.preset
        let finalizedSlot = finalized.epoch * preset.slotsPerEpoch
        attestations.prune(before: finalizedSlot > 2 ? finalizedSlot - 2 : 0)
        pruneOperations()
        let old = forkChoice.nodes.filter { $0.slot < finalizedSlot }
        forkChoice.prune()
        do {
            try forgetStates(of: old)
        } catch {
            logger.warning("cannot prune old states: \(error)")
        }
    }
}
