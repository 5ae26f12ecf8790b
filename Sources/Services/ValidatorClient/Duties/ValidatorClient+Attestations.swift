import BLS
import BeaconTypes
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ValidatorClient {
    /// What our members of one committee voted for.
    struct CommitteeVote: Sendable {
        let data: AttestationData
        let committeeIndex: CommitteeIndex
        /// The members whose votes were signed.
        let members: [AttesterDuty]
    }

    /// Attests with every validator whose turn it is.
    func attest(at slot: Slot) async -> [CommitteeVote] {
        /// Our members of this slot's committees, and how often each had failed before.
        var attempted: [BLSPubkey: UInt64] = [:]
        do {
            let epoch = epoch(of: slot)
            let ours = try await signingIndices()
            guard !ours.isEmpty else { return [] }
            let duties = try await node.attesterDuties(epoch: epoch, indices: ours).filter { $0.slot == slot && keys[$0.publicKey] != nil }
            guard !duties.isEmpty else { return [] }
            for duty in duties {
                figures.accounts[duty.publicKey, default: .init()].nextAttestationSlot = slot
                attempted[duty.publicKey] = figures.accounts[duty.publicKey]?.failedAttestations
            }
            let domain = try await domain(Constant.domainBeaconAttester, epoch: epoch)
            var attestations: [SingleAttestation] = []
            var votes: [CommitteeVote] = []
            for (committee, members) in Dictionary(grouping: duties, by: \.committeeIndex).sorted(by: { $0.key < $1.key }) {
                let data = try await attestationData(slot: slot, committeeIndex: committee)
                let signed = try signCommitteeVote(data, domain, members)
                attestations += signed
                let signers = Set(signed.map(\.attesterIndex))
                votes.append(
                    CommitteeVote(
                        data: data, committeeIndex: committee, members: members.filter { signers.contains($0.validatorIndex) }))
            }
            guard !attestations.isEmpty else { return [] }
            try await node.submitAttestations(attestations)
            figures.attestations += UInt64(attestations.count)
            for duty in votes.flatMap(\.members) {
                figures.accounts[duty.publicKey, default: .init()].attestations += 1
                figures.accounts[duty.publicKey, default: .init()].lastAttestedSlot = slot
            }
            return votes
        } catch is CancellationError {
            return []
        } catch {
            figures.failedAttestations += 1
            for (key, before) in attempted { figures.accounts[key, default: .init()].failedAttestations = before + 1 }
            logger.warning("Missed the attestations of slot \(slot): \(error)")
            return []
        }
    }

    /// What the node would have us vote for, if it is about this slot at all.
    private func attestationData(slot: Slot, committeeIndex: CommitteeIndex) async throws -> AttestationData {
        let data = try await node.attestationData(slot: slot, committeeIndex: committeeIndex)
        guard data.slot == slot, data.target.epoch == epoch(of: slot), data.index == 0 else {
            throw ValidatorClientError.wrongAnswer(
                "attestation data for slot \(data.slot), target epoch \(data.target.epoch), index \(data.index) where slot \(slot) was asked"
            )
        }
        return data
    }

    private func signCommitteeVote(
        _ data: AttestationData, _ domain: Domain, _ members: [AttesterDuty]
    ) throws -> [SingleAttestation] {
        let root = computeSigningRoot(data, domain, node.spec)
        let signatures = try signVotes(members.map { Vote(data: data, root: root, validator: $0.publicKey) })
        var signed: [SingleAttestation] = []
        var refused: [(validator: ValidatorIndex, reason: ValidatorClientError)] = []
        for (duty, signature) in zip(members, signatures) {
            switch signature {
            case .success(let signature):
                signed.append(
                    SingleAttestation(
                        committeeIndex: duty.committeeIndex, attesterIndex: duty.validatorIndex, data: data, signature: signature))
            case .failure(let error):
                figures.failedAttestations += 1
                figures.accounts[duty.publicKey, default: .init()].failedAttestations += 1
                refused.append((duty.validatorIndex, error))
            }
        }
        if let first = refused.first {
            let whom = refused.count == 1 ? "validator \(first.validator) does" : "\(refused.count) validators do"
            logger.warning("\(whom) not attest in slot \(data.slot): \(first.reason)")
        }
        return signed
    }
}
