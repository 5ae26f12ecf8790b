import BeaconNode
import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces
import ServiceLifecycle

/// Tells the operator that nothing becomes final any more, which share of the stake is missing, and since when.
struct FinalityWatch {
    /// Epochs without finality that are told; the usual distance is four.
    static let tolerance: Epoch = 16
    /// Slots between two lines: each three times as long as the one before, up to ten minutes' worth at twelve seconds.
    static let firstInterval: Slot = 8
    static let longestInterval: Slot = 600

    let beacon: BeaconNode
    let logger = Logger(label: "finality")

    var service: TaskService { TaskService("finality") { await run() } }

    /// Looks once a slot, until cancelled.
    func run() async {
        var lines = Lines()
        while !Task.isCancelled {
            let slot = (beacon.clock.currentSlot ?? 0) + 1
            do { try await beacon.clock.sleep(until: slot, fraction: 0.5) } catch { return }
            guard let head = try? beacon.state(.head) else { continue }
            let (epoch, finalized) = (slot / beacon.spec.preset.slotsPerEpoch, head.state.finalizedCheckpoint.epoch)
            guard epoch > finalized + Self.tolerance else {
                if lines.end() { logger.notice("Blocks become final again", metadata: ["epoch": "\(finalized)"]) }
                continue
            }
            guard lines.isDue(slot) else { continue }
            logger.warning("Nothing has become final since epoch \(finalized): \(beacon.absentStake())", metadata: ["slot": "\(slot)"])
        }
    }

    /// When a line is due.
    struct Lines {
        private var next: Slot = 0
        private var interval = FinalityWatch.firstInterval
        private var isTold = false

        mutating func isDue(_ slot: Slot) -> Bool {
            guard slot >= next else { return false }
            (next, interval, isTold) = (slot + interval, min(interval * 3, FinalityWatch.longestInterval), true)
            return true
        }

        /// It is over; whether it was told that it had begun.
        mutating func end() -> Bool {
            defer { self = Lines() }
            return isTold
        }
    }
}
