import BLS
import BeaconTypes
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ValidatorClient {
    /// Publishes the committees' aggregates with those of our members that are selected (phase0 `validator.md`,
    /// "Attestation aggregation"; electra: the committee is named beside the data).
    func aggregate(_ votes: [CommitteeVote], at slot: Slot) async {
        guard let committees, !votes.isEmpty else { return }
        do {
            let epoch = epoch(of: slot)
            let selectionDomain = try await domain(Constant.domainSelectionProof, epoch: epoch)
            let domain = try await domain(Constant.domainAggregateAndProof, epoch: epoch)
            var aggregates: [SignedAggregateAndProof] = []
            var aggregators: [BLSPubkey] = []
            for vote in votes {
                let selected = try selectedMembers(vote.members, slot: slot, selectionDomain)
                guard !selected.isEmpty else { continue }
                let root = vote.data.hashTreeRoot(node.spec)
                guard
                    let aggregate = try await committees.aggregateAttestation(
                        slot: slot, dataRoot: root, committeeIndex: vote.committeeIndex)
                else { continue }
                guard aggregate.data == vote.data else {
                    throw ValidatorClientError.wrongAnswer("an aggregate of other attestation data")
                }
                for (duty, proof) in selected {
                    aggregators.append(duty.publicKey)
                    let message = AggregateAndProof(aggregatorIndex: duty.validatorIndex, aggregate: aggregate, selectionProof: proof)
                    aggregates.append(
                        SignedAggregateAndProof(
                            message: message, signature: try signHarmless(message, node.spec, domain, by: duty.publicKey)))
                }
            }
            guard !aggregates.isEmpty else { return }
            try await committees.submitAggregates(aggregates)
            figures.aggregates += UInt64(aggregates.count)
            for key in aggregators { figures.accounts[key, default: .init()].aggregations += 1 }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("Missed the aggregates of slot \(slot): \(error)")
        }
    }

    /// Those whose selection proof makes them aggregators, with the proof.
    private func selectedMembers(
        _ members: [AttesterDuty], slot: Slot, _ domain: Domain
    ) throws(ValidatorClientError) -> [(AttesterDuty, BLSSignature)] {
        var selected: [(AttesterDuty, BLSSignature)] = []
        for duty in members {
            let proof = try signHarmless(slot, Unshaped(), domain, by: duty.publicKey)
            if AggregatorSelection.isAggregator(committeeLength: duty.committeeLength, slotSignature: proof) {
                selected.append((duty, proof))
            }
        }
        return selected
    }
}
