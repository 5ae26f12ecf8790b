import BeaconTypes
import Primitives

extension ForkChoice {
    /// `on_tick` (phase0 fork-choice): the time is now `timeMs`, in milliseconds since 1970. Earlier times than the
    /// last change nothing.
    public mutating func onTick(timeMs: UInt64) {
        guard timeMs >= self.timeMs else { return }
        let tickSlot = slot(at: timeMs)
        if tickSlot > currentSlot {
            // The specification ticks through every slot. A slot start drops the boost, an epoch start pulls up
            // checkpoints, and nothing else can happen between two ticks: one of each has the same effect.
            let epochBefore = currentEpoch
            self.timeMs = timeMs
            proposerBoostRoot = .zero
            if currentEpoch > epochBefore {
                updateCheckpoints(justified: unrealizedJustifiedCheckpoint, finalized: unrealizedFinalizedCheckpoint)
            }
        }
        self.timeMs = timeMs
    }

    /// `update_checkpoints` (phase0 fork-choice).
    mutating func updateCheckpoints(justified: Checkpoint, finalized: Checkpoint) {
        if justified.epoch > justifiedCheckpoint.epoch { justifiedCheckpoint = justified }
        if finalized.epoch > finalizedCheckpoint.epoch { finalizedCheckpoint = finalized }
        let needed = justifiedCheckpoint.epoch
        balances = balances.filter { $0.key == justifiedCheckpoint || $0.key.epoch > needed }
    }

    /// `update_unrealized_checkpoints` (phase0 fork-choice).
    mutating func updateUnrealizedCheckpoints(justified: Checkpoint, finalized: Checkpoint) {
        if justified.epoch > unrealizedJustifiedCheckpoint.epoch { unrealizedJustifiedCheckpoint = justified }
        if finalized.epoch > unrealizedFinalizedCheckpoint.epoch { unrealizedFinalizedCheckpoint = finalized }
    }
}
