public import BeaconTypes

/// The constants that fork choice needs, taken from a chain's specification.
public struct ForkChoiceSettings: Sendable, Hashable {
    public let slotsPerEpoch: UInt64
    public let minSeedLookahead: UInt64
    public let slotDurationMs: UInt64
    /// Percent of a slot's committee weight (phase0 fork-choice, Configuration).
    public let proposerScoreBoost: UInt64
    public let reorgHeadWeightThreshold: UInt64
    public let reorgParentWeightThreshold: UInt64
    public let reorgMaxEpochsSinceFinalization: UInt64
    /// Percent of the stake that may misbehave under fast confirmation.
    public let confirmationByzantineThreshold: UInt64
    /// Parts of a slot in 1/10,000.
    public let attestationDueBps: UInt64
    public let proposerReorgCutoffBps: UInt64
    /// The least total balance of a state, in Gwei.
    public let effectiveBalanceIncrement: Gwei

    public init(_ spec: BeaconSpec) {
        slotsPerEpoch = spec.preset.slotsPerEpoch
        minSeedLookahead = spec.preset.minSeedLookahead
        slotDurationMs = spec.config.slotDurationMs
        proposerScoreBoost = spec.config.proposerScoreBoost
        reorgHeadWeightThreshold = spec.config.reorgHeadWeightThreshold
        reorgParentWeightThreshold = spec.config.reorgParentWeightThreshold
        reorgMaxEpochsSinceFinalization = spec.config.reorgMaxEpochsSinceFinalization
        confirmationByzantineThreshold = spec.config.confirmationByzantineThreshold
        attestationDueBps = spec.config.attestationDueBps
        proposerReorgCutoffBps = spec.config.proposerReorgCutoffBps
        effectiveBalanceIncrement = spec.preset.effectiveBalanceIncrement
    }

    /// `compute_epoch_at_slot`.
    func epoch(_ slot: Slot) -> Epoch { slot / slotsPerEpoch }

    /// `compute_start_slot_at_epoch`, saturating: an epoch that far away never starts.
    func startSlot(_ epoch: Epoch) -> Slot {
        let (slot, overflow) = epoch.multipliedReportingOverflow(by: slotsPerEpoch)
        return overflow ? .max : slot
    }

    /// `get_slot_component_duration_ms`.
    func milliseconds(basisPoints: UInt64) -> UInt64 {
        basisPoints.multipliedClamped(by: slotDurationMs) / 10_000
    }
}
