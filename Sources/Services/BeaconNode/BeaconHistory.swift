public import BeaconTypes
import ChainStore
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces

/// The blocks before the checkpoint that a node began with: they are kept and their payloads executed, and that the chain from
/// genesis leads to the checkpoint is what is checked of them, and their proposers' signatures.
///
/// The last one to be imported is the checkpoint's own block: once its parent is here, every hash on the way is right. Then the
/// execution layer is given what came after it, and the head is no longer optimistic.
public struct BeaconHistory: HistoryTaking {
    private let node: BeaconNode

    public init(_ node: BeaconNode) { self.node = node }

    public var spec: BeaconSpec { node.spec }

    public func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
        do {
            let root = block.message.hashTreeRoot(spec)
            if let checkpoint = try node.historyCheckpoint(),
                block.message.slot > checkpoint.slot || (block.message.slot == checkpoint.slot && root != checkpoint.root)
            {
                return .refused(.invalid("the block of slot \(block.message.slot) is not before the checkpoint"))
            }
            guard try node.isStored(block.message.parentRoot) else { return .refused(.missingParent(block.message.parentRoot)) }
            try await node.importer.backfill(block, root: root)
            node.tellHistory(block.message.slot)
            return .imported
        } catch BeaconNodeError.executionInvalid(let root, let reason) {
            return .refused(.invalid("payload of \(root): \(reason)"))
        } catch {
            return .refused(BlockImportFault(error))
        }
    }

    public func hasBlock(_ root: Root) async -> Bool { (try? node.isStored(root)) ?? false }
    public func sourceStatus() async throws -> BlockSourceStatus { node.sourceStatus() }

    /// Whether nothing is missing and everything was executed.
    public var isWhole: Bool { get throws { try node.view.archive.store.pointer(.checkpoint) == nil } }

    public func missingHistory() throws -> Range<Slot>? { try node.missingHistory() }

    /// The slots that this node cannot speak for yet.
    public func unprovenHistory() throws -> Range<Slot>? { try node.unprovenHistory() }

    /// Gives the execution layer once more what it was given before and does not hold: it may have lost its last blocks where this
    /// node kept them.
    public func prepareHistory() async throws {
        guard let checkpoint = try node.historyCheckpoint() else { return }
        let missing = try missingHistory()
        if let missing { node.syncProgress.beginHistory(missing, now: node.clock.currentTime) }
        let last = missing.map { $0.lowerBound - 1 } ?? checkpoint.slot
        guard last > 0 else { return }
        do {
            try await node.importer.executeStored(after: last - 1, through: last)
        } catch BeaconNodeError.executionUnavailable {
            try await node.importer.executeStored(after: 0, through: last)
        }
    }

    /// Makes the branch that leads to the finalised block the canonical one, where another was offered before it, and has everything
    /// after the checkpoint executed.
    public func settleHistory() async throws {
        guard let (root, slot) = try node.historyCheckpoint(), try missingHistory() == nil,
            let parent = try node.view.archive.store.summary(root)?.parentRoot
        else { return }
        try node.settleBranch(root)
        try await node.importer.executeStored(after: slot - 1)
        try await node.importer.endHistory(past: parent)
        // Before, whatever was held may have been of another branch.
        if let past = try node.past() { node.announcements.learning.send(past) }
        node.syncProgress.endHistory()
        node.logger.notice("The chain's whole history is here, and executed", metadata: ["checkpoint_slot": "\(slot)"])
    }
}

extension BeaconNode {
    func isStored(_ root: Root) throws -> Bool { try view.archive.store.hasBlock(root) }

    /// The block that this node began with, until everything before it is here and executed.
    func historyCheckpoint() throws -> (root: Root, slot: Slot)? {
        let store = view.archive.store
        guard let root = try store.pointer(.checkpoint), let slot = try store.summary(root)?.slot, slot > 0 else { return nil }
        return (root, slot)
    }

    /// What is told of the blocks before the checkpoint that this node began with, once all of them are here.
    func past() throws -> LearningMove? {
        let store = view.archive.store
        guard let root = try store.pointer(.past), let slot = try store.summary(root)?.slot, slot > 0 else { return nil }
        return .past(root: root, slot: slot)
    }

    /// The slots before the checkpoint that this node cannot speak for: until its parent is here, none of what is held is proved.
    func unprovenHistory() throws -> Range<Slot>? { try missingHistory().map { 1..<$0.upperBound } }

    /// The slots before the checkpoint that this node began with whose blocks are not here yet, up to the checkpoint's own.
    func missingHistory() throws -> Range<Slot>? {
        let store = view.archive.store
        guard let root = try store.pointer(.checkpoint), let checkpoint = try store.summary(root), checkpoint.slot > 0,
            try !store.hasBlock(checkpoint.parentRoot)
        else { return nil }
        let last = try store.canonicalRoot(atOrBefore: checkpoint.slot - 1)?.slot ?? 0
        return min(last + 1, checkpoint.slot)..<checkpoint.slot
    }

    /// Says how far the history has come, from time to time.
    fileprivate func tellHistory(_ slot: Slot) {
        guard let progress = syncProgress.noteHistory(slot, now: clock.currentTime) else { return }
        logger.info(
            "Fetching the history",
            metadata: [
                "slot": "\(progress.slot)", "of": "\(progress.target)", "slots_per_second": "\(Int(progress.slotsPerSecond))",
                "seconds_left": "\(progress.secondsLeft.map { "\(Int($0.rounded(.up)))" } ?? "?")",
            ])
    }

    /// Makes the chain that leads to the checkpoint the canonical one.
    fileprivate func settleBranch(_ checkpoint: Root) throws {
        let store = view.archive.store
        var canonical: [Slot: Root] = [:]
        var (cursor, slot): (Root?, Slot) = (checkpoint, 0)
        while let root = cursor, let summary = try store.summary(root) {
            canonical[summary.slot] = root
            slot = max(slot, summary.slot)
            cursor = summary.slot > 0 ? summary.parentRoot : nil
        }
        // A chain with a hole says nothing of what is beyond it.
        guard canonical[0] != nil else { throw BeaconNodeError.corruptStore("the blocks before the checkpoint do not lead to genesis") }
        let wrong = try store.blockRoots(from: 0, through: slot).filter { canonical[$0.slot] != $0.root }
        guard !wrong.isEmpty else { return }
        try store.write { batch in
            for (slot, root) in wrong {
                batch.setCanonical(slot: slot, canonical[slot])
                batch.removeBlock(root, slot: slot)
            }
        }
    }
}
