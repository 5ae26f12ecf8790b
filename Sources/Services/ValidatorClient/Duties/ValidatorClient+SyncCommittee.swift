import BLS
import BeaconTypes
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// The sync committee seats of our validators, asked once a period.
struct SyncDutyCache: Sendable {
    let period: UInt64
    let validators: Set<ValidatorIndex>
    let duties: [SyncDuty]
}

extension ValidatorClient {
    /// The block root that our sync committee members signed in a slot.
    struct SyncVote: Sendable {
        let blockRoot: Root
        let duties: [SyncDuty]
    }

    /// Signs the head's root with every validator that sits in the sync committee (altair `validator.md`, "Sync committee
    /// messages").
    func sendSyncCommitteeMessages(at slot: Slot) async -> SyncVote? {
        guard let committees else { return nil }
        do {
            let duties = try await syncDuties(at: slot, committees)
            guard !duties.isEmpty else { return nil }
            let root = try await committees.headRoot()
            let domain = try await domain(Constant.domainSyncCommittee, epoch: epoch(of: slot))
            let messages = try duties.map { duty throws(ValidatorClientError) in
                SyncCommitteeMessage(
                    slot: slot, beaconBlockRoot: root, validatorIndex: duty.validatorIndex,
                    signature: try signHarmless(root: root, domain, by: duty.publicKey))
            }
            try await committees.submitSyncCommitteeMessages(messages)
            figures.syncMessages += UInt64(messages.count)
            return SyncVote(blockRoot: root, duties: duties)
        } catch is CancellationError {
            return nil
        } catch {
            logger.warning("Missed the sync committee messages of slot \(slot): \(error)")
            return nil
        }
    }

    /// The seats of the committee that signs in `slot`: the one of the next slot's period, whose block includes it.
    private func syncDuties(at slot: Slot, _ committees: any CommitteeDuties) async throws -> [SyncDuty] {
        let epoch = epoch(of: slot + 1)
        let period = epoch / node.spec.preset.epochsPerSyncCommitteePeriod
        let ours = Set(try await signingIndices())
        guard !ours.isEmpty else { return [] }
        if let known = syncDuties, known.period == period, known.validators == ours { return known.duties }
        let duties = try await committees.syncDuties(epoch: epoch, indices: ours.sorted()).filter {
            ours.contains($0.validatorIndex) && keys[$0.publicKey] != nil && !$0.syncCommitteeIndices.isEmpty
        }
        syncDuties = SyncDutyCache(period: period, validators: ours, duties: duties)
        return duties
    }

    /// Publishes the contributions of the subcommittees for which one of our members is selected (altair `validator.md`,
    /// "Sync committee contributions").
    func contribute(_ vote: SyncVote?, at slot: Slot) async {
        guard let committees, let vote else { return }
        do {
            let domain = try await domain(Constant.domainContributionAndProof, epoch: epoch(of: slot))
            var contributions: [UInt64: SyncCommitteeContribution] = [:]
            var signed: [SignedContributionAndProof] = []
            for seat in try await selectedSubcommittees(vote.duties, slot: slot) {
                if contributions[seat.subcommittee] == nil {
                    contributions[seat.subcommittee] = try await committees.syncCommitteeContribution(
                        slot: slot, subcommitteeIndex: seat.subcommittee, blockRoot: vote.blockRoot)
                }
                guard let contribution = contributions[seat.subcommittee] else { continue }
                guard contribution.slot == slot, contribution.subcommitteeIndex == seat.subcommittee,
                    contribution.beaconBlockRoot == vote.blockRoot
                else { throw ValidatorClientError.wrongAnswer("a contribution of another slot, subcommittee or block") }
                let message = ContributionAndProof(
                    aggregatorIndex: seat.duty.validatorIndex, contribution: contribution, selectionProof: seat.proof)
                signed.append(
                    SignedContributionAndProof(
                        message: message, signature: try signHarmless(message, node.spec, domain, by: seat.duty.publicKey)))
            }
            guard !signed.isEmpty else { return }
            try await committees.submitContributions(signed)
            figures.contributions += UInt64(signed.count)
        } catch is CancellationError {
            return
        } catch {
            logger.warning("Missed the sync committee contributions of slot \(slot): \(error)")
        }
    }

    private struct SelectedSeat {
        let duty: SyncDuty
        let subcommittee: UInt64
        let proof: BLSSignature
    }

    private func selectedSubcommittees(_ duties: [SyncDuty], slot: Slot) async throws -> [SelectedSeat] {
        let domain = try await domain(Constant.domainSyncCommitteeSelectionProof, epoch: epoch(of: slot))
        let size = max(1, node.spec.preset.syncCommitteeSize / Constant.syncCommitteeSubnetCount)
        var selected: [SelectedSeat] = []
        for duty in duties {
            for subcommittee in Set(duty.syncCommitteeIndices.map { $0 / size }).sorted() {
                let data = SyncAggregatorSelectionData(slot: slot, subcommitteeIndex: subcommittee)
                let proof = try signHarmless(data, node.spec, domain, by: duty.publicKey)
                guard AggregatorSelection.isSyncCommitteeAggregator(proof, preset: node.spec.preset) else { continue }
                selected.append(SelectedSeat(duty: duty, subcommittee: subcommittee, proof: proof))
            }
        }
        return selected
    }
}
