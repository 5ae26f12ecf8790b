public import BeaconTypes
import ForkChoice
public import Primitives
public import ServiceInterfaces
import SSZ

extension BeaconNode: BlockImporting {
    public func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
        if hasBlock(block.message.hashTreeRoot(spec)) { return .alreadyKnown }
        do {
            try await importBlock(block)
            return .imported
        } catch {
            return .refused(BlockImportFault(error))
        }
    }

    public func hasBlock(_ root: Root) -> Bool { forkChoice.contains(root) }

    public func sourceStatus() -> BlockSourceStatus {
        BlockSourceStatus(headRoot: head.root, headSlot: head.slot, finalized: finalized)
    }
}

extension BlockImportFault {
    /// Sorts what an import throws by whose fault it is.
    init(_ error: any Error) {
        switch error {
        case BeaconNodeError.unknownParent(let root), ForkChoiceError.unknownParent(let root): self = .missingParent(root)
        case BeaconNodeError.futureSlot(let slot, _), ForkChoiceError.futureBlock(let slot, _): self = .premature(slot)
        case BeaconNodeError.alreadyFinalizedSlot(let slot), ForkChoiceError.notAfterFinalized(let slot, _): self = .beforeFinality(slot)
        case BeaconNodeError.invalidBlock, BeaconNodeError.executionInvalid, ForkChoiceError.conflictsWithFinality:
            self = .invalid("\(error)")
        default: self = .local("\(error)")
        }
    }
}
