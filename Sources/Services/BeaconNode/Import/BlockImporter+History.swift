import BeaconTypes
import ChainStore
import EngineTypes
import ForkChoice
import Logging
import Primitives

extension BlockImporter {
    /// Slots whose payloads are offered between two looks at the head.
    private static let slotsAtOnce: UInt64 = 64

    /// Offers the payloads of the canonical blocks after `slot` to the execution layer, oldest first: it fetches none by itself, and
    /// those that are final have left the tree whose payloads are offered again at each slot.
    ///
    /// - Parameter end: up to this slot; `nil` to the head, wherever that is by then.
    /// - Throws: `executionUnavailable` at a payload that cannot be executed, `executionInvalid` at one that is invalid.
    func executeStored(after slot: Slot, through end: Slot? = nil) async throws {
        var next = slot + 1
        while next <= end ?? head.slot {
            try Task.checkCancellation()
            let last = min(end ?? head.slot, next + Self.slotsAtOnce - 1)
            for (slot, root) in try archive.store.blockRoots(from: next, through: last) {
                guard try archive.store.canonicalRoot(slot: slot) == root, let block = try archive.block(root)?.message else { continue }
                try await executeStored(block, root: root)
            }
            next = last + 1
        }
        guard end == nil else { return }
        publish()
        try storeForkChoice()
        _ = try await notifyEngine(head: head.root, attributes: nil)
    }

    private func executeStored(_ block: BeaconBlock, root: Root) async throws {
        switch PayloadVerdict(try await newPayload(block)) {
        case .valid: forkChoice.onValidPayload(root)
        case .unknown:
            throw BeaconNodeError.executionUnavailable(reason: "the payload of slot \(block.slot) cannot be executed yet")
        case .invalid(let latestValidHash):
            if forkChoice.contains(root) { try await invalidate(root, isTaken: true, latestValidHash: latestValidHash) }
            throw BeaconNodeError.executionInvalid(root, reason: "the payload of slot \(block.slot)")
        }
    }

    /// Notes that everything from genesis on is here and executed.
    ///
    /// - Parameter past: the last block before the checkpoint.
    func endHistory(past: Root) throws {
        try archive.store.write { batch in
            batch.clear(.checkpoint)
            batch.set(.past, past)
        }
    }
}
