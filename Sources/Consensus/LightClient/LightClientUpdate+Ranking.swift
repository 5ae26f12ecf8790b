public import BeaconTypes
import Primitives
import SSZ

extension LightClientUpdate {
    /// `is_sync_committee_update` (altair `light-client/sync-protocol.md`): whether a next sync committee is there with a proof.
    public var isSyncCommitteeUpdate: Bool { nextSyncCommitteeBranch.contains { !$0.isZero } }

    /// `is_finality_update` (altair `light-client/sync-protocol.md`): whether a finalised header is there with a proof.
    public var isFinalityUpdate: Bool { finalityBranch.contains { !$0.isZero } }

    /// How many members of the sync committee signed.
    var participants: Int { syncAggregate.syncCommitteeBits.setCount }

    /// Whether two thirds of the sync committee signed.
    var hasSupermajority: Bool { participants * 3 >= syncAggregate.syncCommitteeBits.count * 2 }

    /// `is_better_update` (altair `light-client/sync-protocol.md`): whether light clients are helped more by this update than
    /// by `old`. A strict order: no update is better than itself.
    public func isBetter(than old: LightClientUpdate, _ spec: BeaconSpec) -> Bool {
        // Compare supermajority (> 2/3) sync committee participation
        if hasSupermajority != old.hasSupermajority { return hasSupermajority }
        if !hasSupermajority && participants != old.participants { return participants > old.participants }

        // Compare presence of relevant sync committee
        let isRelevant = hasRelevantSyncCommittee(spec)
        if isRelevant != old.hasRelevantSyncCommittee(spec) { return isRelevant }

        // Compare indication of any finality
        if isFinalityUpdate != old.isFinalityUpdate { return isFinalityUpdate }

        // Compare sync committee finality
        if isFinalityUpdate {
            let isFinal = hasSyncCommitteeFinality(spec)
            if isFinal != old.hasSyncCommitteeFinality(spec) { return isFinal }
        }

        // Tiebreaker 1: Sync committee participation beyond supermajority
        if participants != old.participants { return participants > old.participants }

        // Tiebreaker 2: Prefer older data (fewer changes to best)
        if attestedHeader.beacon.slot != old.attestedHeader.beacon.slot {
            return attestedHeader.beacon.slot < old.attestedHeader.beacon.slot
        }

        // Tiebreaker 3: Prefer updates with earlier signature slots
        return signatureSlot < old.signatureSlot
    }

    private func hasRelevantSyncCommittee(_ spec: BeaconSpec) -> Bool {
        isSyncCommitteeUpdate
            && spec.syncCommitteePeriod(at: attestedHeader.beacon.slot) == spec.syncCommitteePeriod(at: signatureSlot)
    }

    private func hasSyncCommitteeFinality(_ spec: BeaconSpec) -> Bool {
        spec.syncCommitteePeriod(at: finalizedHeader.beacon.slot) == spec.syncCommitteePeriod(at: attestedHeader.beacon.slot)
    }
}
