public import BeaconTypes
public import Primitives
import SSZ

extension LightClientStore {
    /// `process_light_client_update` (altair `light-client/sync-protocol.md`). A refused update leaves no trace.
    public mutating func processLightClientUpdate(
        _ update: LightClientUpdate, currentSlot: Slot, genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        try validateLightClientUpdate(update, currentSlot: currentSlot, genesisValidatorsRoot: genesisValidatorsRoot)
        var next = self

        // Update the best update in case we have to force-update to it if the timeout elapses
        if next.bestValidUpdate.map({ update.isBetter(than: $0, spec) }) ?? true { next.bestValidUpdate = update }

        // Track the maximum number of active participants in the committee signatures
        let participants = UInt64(update.participants)
        next.currentMaxActiveParticipants = max(next.currentMaxActiveParticipants, participants)

        // Update the optimistic header
        if participants > next.safetyThreshold && update.attestedHeader.beacon.slot > next.optimisticHeader.beacon.slot {
            next.optimisticHeader = update.attestedHeader
        }

        // Update finalized header
        let hasFinalizedNextSyncCommittee =
            !isNextSyncCommitteeKnown && update.isSyncCommitteeUpdate && update.isFinalityUpdate
            && spec.syncCommitteePeriod(at: update.finalizedHeader.beacon.slot)
                == spec.syncCommitteePeriod(at: update.attestedHeader.beacon.slot)
        let isNews = update.finalizedHeader.beacon.slot > finalizedHeader.beacon.slot || hasFinalizedNextSyncCommittee
        if update.hasSupermajority && isNews {
            // Normal update through 2/3 threshold
            try next.applyLightClientUpdate(update)
            next.bestValidUpdate = nil
        }
        self = next
    }

    /// `process_light_client_finality_update` (altair `light-client/sync-protocol.md`).
    public mutating func processLightClientFinalityUpdate(
        _ finalityUpdate: LightClientFinalityUpdate, currentSlot: Slot, genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        var update = LightClientUpdate(default: spec)
        update.attestedHeader = finalityUpdate.attestedHeader
        update.finalizedHeader = finalityUpdate.finalizedHeader
        update.finalityBranch = finalityUpdate.finalityBranch
        update.syncAggregate = finalityUpdate.syncAggregate
        update.signatureSlot = finalityUpdate.signatureSlot
        try processLightClientUpdate(update, currentSlot: currentSlot, genesisValidatorsRoot: genesisValidatorsRoot)
    }

    /// `process_light_client_optimistic_update` (altair `light-client/sync-protocol.md`).
    public mutating func processLightClientOptimisticUpdate(
        _ optimisticUpdate: LightClientOptimisticUpdate, currentSlot: Slot, genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        var update = LightClientUpdate(default: spec)
        update.attestedHeader = optimisticUpdate.attestedHeader
        update.syncAggregate = optimisticUpdate.syncAggregate
        update.signatureSlot = optimisticUpdate.signatureSlot
        try processLightClientUpdate(update, currentSlot: currentSlot, genesisValidatorsRoot: genesisValidatorsRoot)
    }

    /// `process_light_client_store_force_update` (altair `light-client/sync-protocol.md`): takes the best update after all when
    /// nothing was finalised for `UPDATE_TIMEOUT` slots.
    public mutating func processLightClientStoreForceUpdate(currentSlot: Slot) throws(LightClientError) {
        let finalizedSlot = finalizedHeader.beacon.slot
        guard currentSlot > finalizedSlot, currentSlot - finalizedSlot > spec.preset.updateTimeout, var best = bestValidUpdate
        else { return }
        // Forced best update when the update timeout has elapsed.
        // Because the apply logic waits for `finalized_header.beacon.slot` to indicate sync committee finality,
        // the `attested_header` may be treated as `finalized_header` in extended periods of non-finality
        // to guarantee progression into later sync committee periods according to `is_better_update`.
        if best.finalizedHeader.beacon.slot <= finalizedSlot { best.finalizedHeader = best.attestedHeader }
        try applyLightClientUpdate(best)
        bestValidUpdate = nil
    }

    /// `apply_light_client_update` (altair `light-client/sync-protocol.md`).
    private mutating func applyLightClientUpdate(_ update: LightClientUpdate) throws(LightClientError) {
        let storePeriod = period
        let finalizedPeriod = spec.syncCommitteePeriod(at: update.finalizedHeader.beacon.slot)
        if !isNextSyncCommitteeKnown {
            guard finalizedPeriod == storePeriod else { throw .period(signature: finalizedPeriod, store: storePeriod) }
            nextSyncCommittee = update.nextSyncCommittee
        } else if finalizedPeriod == storePeriod + 1 {
            currentSyncCommittee = nextSyncCommittee
            nextSyncCommittee = update.nextSyncCommittee
            previousMaxActiveParticipants = currentMaxActiveParticipants
            currentMaxActiveParticipants = 0
        }
        if update.finalizedHeader.beacon.slot > finalizedHeader.beacon.slot {
            finalizedHeader = update.finalizedHeader
            if finalizedHeader.beacon.slot > optimisticHeader.beacon.slot { optimisticHeader = finalizedHeader }
        }
    }
}
