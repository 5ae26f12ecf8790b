public import BeaconTypes
import ChainStore
public import Primitives
import SSZ
public import ServiceInterfaces

/// The blocks before the checkpoint that a node began with: they are kept and their payloads executed, and that the chain from
/// genesis leads to the checkpoint is what is checked of them.
///
/// The last one to be imported is the checkpoint's own block: once its parent is here, every hash on the way is right.
public struct BeaconHistory: BlockImporting {
    private let node: BeaconNode

    public init(_ node: BeaconNode) { self.node = node }

    public var spec: BeaconSpec { node.spec }

    public func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
        do {
            guard try await node.isStored(block.message.parentRoot) else { return .refused(.missingParent(block.message.parentRoot)) }
            try await node.backfill(block, after: block.message.parentRoot)
            return .imported
        } catch BeaconNodeError.executionInvalid(let root, let reason) {
            return .refused(.invalid("payload of \(root): \(reason)"))
        } catch {
            return .refused(.local("\(error)"))
        }
    }

    public func hasBlock(_ root: Root) async -> Bool { (try? await node.isStored(root)) ?? false }
    public func sourceStatus() async throws -> BlockSourceStatus { await node.sourceStatus() }

    /// The finalised block's slot, if the blocks before it are not all here.
    public func missingThrough() async throws -> Slot? {
        guard let final = try await node.block(.finalized)?.block.message, final.slot > 0 else { return nil }
        return try await node.isStored(final.parentRoot) ? nil : final.slot
    }

    /// Makes the branch that leads to the finalised block the canonical one. Another may have been offered before it.
    public func settle() async throws { try await node.settleHistory() }
}

extension BeaconNode {
    func isStored(_ root: Root) throws -> Bool { try view.archive.store.hasBlock(root) }

    func settleHistory() throws {
        let store = view.archive.store
        var canonical: [Slot: Root] = [:]
        var cursor = finalized.root
        while let summary = try store.summary(cursor) {
            canonical[summary.slot] = cursor
            cursor = summary.parentRoot
        }
        guard let last = canonical.keys.max() else { return }
        let wrong = try store.blockRoots(from: 0, through: last).filter { canonical[$0.slot] != $0.root }
        guard !wrong.isEmpty else { return }
        try store.write { batch in
            for (slot, root) in wrong {
                batch.setCanonical(slot: slot, canonical[slot])
                batch.removeBlock(root, slot: slot)
            }
        }
    }
}
