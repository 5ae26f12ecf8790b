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

    /// Returns once the chain's finality has passed the checkpoint.
    ///
    /// - Throws: `SetupError` where the chain is another.
    func run() async throws {
        let events = beacon.events()
        if try isReached() { return }
        for await event in events {
            guard case .finalized = event, try isReached() else { continue }
            return logger.notice(
                "The chain is the invite's", metadata: ["checkpoint": "\(checkpoint.root.shortHex)", "epoch": "\(checkpoint.epoch)"])
        }
    }

    private func isReached() throws -> Bool {
        guard try (beacon.state(.head)?.state.finalizedCheckpoint.epoch ?? 0) >= checkpoint.epoch else { return false }
        guard let block = try beacon.block(.root(checkpoint.root)), block.isFinalized else {
            throw SetupError(
                "this chain has finalised epoch \(checkpoint.epoch) without the invite's block \(checkpoint.root.hex): it is another chain, or "
                    + "an attack; ask for a new invite and start with another --datadir")
        }
        return true
    }
}
