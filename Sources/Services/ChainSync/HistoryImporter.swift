import BeaconTypes
import Primitives
import ServiceInterfaces

/// Takes blocks up to the checkpoint's own: batches reach beyond it, and what comes after it is no history.
struct HistoryImporter: BlockImporting {
    let history: any BlockImporting
    /// The checkpoint's slot.
    let last: Slot

    var spec: BeaconSpec { history.spec }

    func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
        block.message.slot > last ? .alreadyKnown : await history.importBlock(block, from: origin)
    }

    func hasBlock(_ root: Root) async -> Bool { await history.hasBlock(root) }
    func sourceStatus() async throws -> BlockSourceStatus { try await history.sourceStatus() }
}
