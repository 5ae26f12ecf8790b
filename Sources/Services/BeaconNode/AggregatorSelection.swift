import BeaconTypes
import Primitives

/// Who aggregates, drawn by the aggregator's own signature.
enum AggregatorSelection {
    /// `is_aggregator` (phase0 validator, Aggregation selection).
    static func isAggregator(committeeSize: Int, proof: BLSSignature) -> Bool {
        isChosen(proof, oneOf: UInt64(committeeSize) / Constant.targetAggregatorsPerCommittee)
    }

    /// `is_sync_committee_aggregator` (altair validator, Aggregation selection).
    static func isSyncCommitteeAggregator(proof: BLSSignature, preset: Preset) -> Bool {
        isChosen(
            proof, oneOf: preset.syncCommitteeSize / Constant.syncCommitteeSubnetCount / Constant.targetAggregatorsPerSyncSubcommittee)
    }

    private static func isChosen(_ proof: BLSSignature, oneOf modulo: UInt64) -> Bool {
        let digest = SHA256.hash(proof.bytes)
        let number = (0..<8).reduce(UInt64(0)) { $0 | UInt64(digest[$1]) << UInt64(8 * $1) }
        return number % max(1, modulo) == 0
    }
}
