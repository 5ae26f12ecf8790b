public import BeaconTypes
public import Primitives

/// Who aggregates: whoever's signature of the slot is low enough.
public enum AggregatorSelection {
    /// `is_aggregator` (phase0 `validator.md`, "Aggregation selection").
    public static func isAggregator(committeeLength: UInt64, slotSignature: BLSSignature) -> Bool {
        isSelected(slotSignature, modulo: committeeLength / Constant.targetAggregatorsPerCommittee)
    }

    /// `is_sync_committee_aggregator` (altair `validator.md`, "Aggregation selection").
    public static func isSyncCommitteeAggregator(_ signature: BLSSignature, preset: Preset) -> Bool {
        isSelected(
            signature,
            modulo: preset.syncCommitteeSize / Constant.syncCommitteeSubnetCount / Constant.targetAggregatorsPerSyncSubcommittee)
    }

    private static func isSelected(_ signature: BLSSignature, modulo: UInt64) -> Bool {
        SHA256.hash(signature.bytes).littleEndian(UInt64.self, at: 0) % max(1, modulo) == 0
    }
}
