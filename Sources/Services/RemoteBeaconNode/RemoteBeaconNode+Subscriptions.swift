import BeaconTypes
import JSON
import Logging
import ServiceInterfaces

extension RemoteBeaconNode {
    /// Tells the node once an epoch which committees its validators will aggregate for, so that it listens to their subnets.
    /// A node that refuses still serves everything else.
    func subscribe(_ duties: [AttesterDuty], committeesPerSlot: UInt64, epoch: Epoch) async {
        guard subscribedEpoch != epoch, !duties.isEmpty else { return }
        subscribedEpoch = epoch
        let entries = duties.map { duty -> JSONValue in
            [
                "validator_index": .string(String(duty.validatorIndex)), "committee_index": .string(String(duty.committeeIndex)),
                "committees_at_slot": .string(String(committeesPerSlot)), "slot": .string(String(duty.slot)),
                "is_aggregator": true,
            ]
        }
        await offer(.post("/eth/v1/validator/beacon_committee_subscriptions", .array(entries)))
    }

    /// Tells the node which sync committee subnets to listen to until the end of the period.
    func subscribe(_ duties: [SyncDuty], epoch: Epoch) async {
        guard !duties.isEmpty else { return }
        let period = spec.preset.epochsPerSyncCommitteePeriod
        let entries = duties.map { duty -> JSONValue in
            [
                "validator_index": .string(String(duty.validatorIndex)),
                "sync_committee_indices": .array(duty.syncCommitteeIndices.map { .string(String($0)) }),
                "until_epoch": .string(String((epoch / period + 1) * period)),
            ]
        }
        await offer(.post("/eth/v1/validator/sync_committee_subscriptions", .array(entries)))
    }

    private func offer(_ request: RESTRequest) async {
        do {
            _ = try await fetch(request)
        } catch {
            logger.debug("the beacon node did not take a subscription: \(error)")
        }
    }
}
