import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces
import SlashingDetection

extension Slasher {
    /// Slots whose blocks are listed at once.
    private static let slotsPerList: Slot = 1024
    /// Between two lines of progress in the log.
    private static let progressInterval: Duration = .seconds(10)

    /// Takes in the blocks that the node imported while the slasher was off, oldest first, as far as its history reaches.
    ///
    /// It runs beside everything else, one block at a time. A block that cannot be judged is tried again at the next start.
    func catchUp(with history: any BlockHistory) async {
        do {
            let missed = try await missedBlocks(history)
            guard let first = missed.first, let last = missed.last else { return }
            logger.info(
                "Catching up on blocks imported without the slasher",
                metadata: ["blocks": "\(missed.count)", "from_slot": "\(first.slot)", "to_slot": "\(last.slot)"])
            let started = ContinuousClock.now
            var told = started
            for (index, block) in missed.enumerated() {
                if Task.isCancelled { return }
                await takeInMissed(block)
                if ContinuousClock.now - told >= Self.progressInterval {
                    told = ContinuousClock.now
                    logger.info("Catching up", metadata: ["blocks": "\(index + 1) of \(missed.count)", "slot": "\(block.slot)"])
                }
                await Task.yield()
            }
            logger.info(
                "Caught up", metadata: ["blocks": "\(missed.count)", "seconds": "\((ContinuousClock.now - started) / .seconds(1))"])
        } catch is CancellationError {
            return
        } catch {
            logger.warning("cannot catch up on the blocks imported without the slasher: \(error)")
        }
    }

    private func missedBlocks(_ history: any BlockHistory) async throws -> [BlockReference] {
        var missed: [BlockReference] = []
        let last = currentSlot
        var slot = blocks.oldestSlot(currentEpoch: currentEpoch)
        while slot <= last {
            let end = min(last, slot + Self.slotsPerList - 1)
            missed += try blocks.missing(among: try await history.blocks(in: slot...end))
            slot = end + 1
        }
        return missed
    }

    private func takeInMissed(_ block: BlockReference) async {
        do {
            // It may have come as an event since it was listed.
            guard try !blocks.missing(among: [block]).isEmpty else { return }
            try await takeIn(block.root)
        } catch {
            logger.warning("cannot take in block \(block.root.shortHex) of slot \(block.slot): \(error)")
        }
    }
}
