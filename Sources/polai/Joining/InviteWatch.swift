import BeaconNode
import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces

/// Sees to it that a chain that was joined by an invite is the invite's: what was final there must be final here.
struct InviteWatch {
    let beacon: BeaconNode
    let checkpoint: Checkpoint
    let logger: Logger

    /// What is known of the checkpoint.
    enum Finding: Equatable {
        case reached
        /// Finality is not there yet, or the blocks of that time are not here yet: nobody is accused.
        case open
        case contradicted
    }

    /// Returns once the chain's finality has passed the checkpoint and its block is here.
    ///
    /// - Throws: `SetupError` where the chain is another.
    func run() async throws {
        let events = beacon.events()
        if try isReached() { return }
        for await event in events {
            switch event {
            // The history comes behind the head, and whether it is here shows at the next block.
            case .finalized, .head:
                guard try isReached() else { continue }
                return logger.notice(
                    "The chain is the invite's", metadata: ["checkpoint": "\(checkpoint.root.shortHex)", "epoch": "\(checkpoint.epoch)"])
            default: continue
            }
        }
    }

    private func isReached() throws -> Bool {
        let finalized = try beacon.state(.head)?.state.finalizedCheckpoint.epoch ?? 0
        let missing = try BeaconHistory(beacon).unprovenHistory()
        switch Self.finding(
            checkpoint, finalized: finalized, block: try beacon.block(.root(checkpoint.root)), missing: missing,
            slotsPerEpoch: beacon.spec.preset.slotsPerEpoch)
        {
        case .reached: return true
        case .open: return false
        case .contradicted:
            throw SetupError(
                "this chain has finalised epoch \(checkpoint.epoch) without the invite's block \(checkpoint.root.hex): it is another chain, or "
                    + "an attack; ask for a new invite and start with another --datadir")
        }
    }

    /// - Parameters:
    ///   - finalized: the epoch that is final here.
    ///   - block: the checkpoint's, if it is held.
    ///   - missing: the slots for which nothing is proved yet: whatever is held of them may be of another branch.
    static func finding(
        _ checkpoint: Checkpoint, finalized: Epoch, block: ChainBlock?, missing: Range<Slot>?, slotsPerEpoch: UInt64
    ) -> Finding {
        guard finalized >= checkpoint.epoch else { return .open }
        if let block {
            if missing?.contains(block.block.message.slot) == true { return .open }
            return block.isFinalized ? .reached : .contradicted
        }
        // Its block is of the epoch's first slot, or of one before where that was empty.
        return missing.map { checkpoint.epoch * slotsPerEpoch < $0.upperBound } ?? false ? .open : .contradicted
    }
}
