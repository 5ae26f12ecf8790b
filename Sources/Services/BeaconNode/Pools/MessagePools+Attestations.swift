import BLS
import BeaconTypes
import GossipValidation
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension MessagePools {
    /// Takes single votes by the rules of gossip (electra p2p-interface, `beacon_attestation_{subnet_id}`): for a slot of
    /// this or the last epoch that has begun, for a known block, by a member of the committee, with a true signature.
    ///
    /// - Returns: the votes that count from the next slot on, and what was refused.
    func take(_ new: [SingleAttestation]) -> (votes: [IndexedAttestation], failures: [SubmissionRefused.Failure]) {
        let view = view
        var claims: [SignatureSet?] = []
        var failures: [SubmissionRefused.Failure] = []
        for (index, attestation) in new.enumerated() {
            do {
                claims.append(try Self.claim(of: attestation, view))
            } catch {
                claims.append(nil)
                failures.append(.init(index: index, error))
            }
        }
        var votes: [IndexedAttestation] = []
        // All together; one by one only when that fails.
        let allHold = BLS.verify(claims.compactMap(\.self))
        for (index, attestation) in new.enumerated() {
            guard let claim = claims[index] else { continue }
            if allHold || BLS.verify([claim]) {
                votes.append(add(attestation))
            } else {
                failures.append(
                    .init(index: index, StateTransitionError(.attestationSignature, "validator \(attestation.attesterIndex)"))
                )
            }
        }
        return (votes, failures.sorted { $0.index < $1.index })
    }

    private func add(_ attestation: SingleAttestation) -> IndexedAttestation {
        attestations.insert(attestation)
        announcements.operations.send(.singleAttestation(attestation))
        return IndexedAttestation(
            attestingIndices: [attestation.attesterIndex], data: attestation.data, signature: attestation.signature)
    }

    /// What the signature of a vote must hold for, after every other rule.
    private static func claim(of attestation: SingleAttestation, _ view: ChainView) throws -> SignatureSet {
        let state = try view.shuffling(for: attestation.data)
        let committee = try state.getBeaconCommittee(attestation.data.slot, attestation.committeeIndex)
        guard committee.contains(attestation.attesterIndex) else {
            throw SubmissionRefused(
                "validator \(attestation.attesterIndex) is not in committee \(attestation.committeeIndex) of slot \(attestation.data.slot)")
        }
        let domain = state.getDomain(Constant.domainBeaconAttester, attestation.data.target.epoch)
        return try SignatureSet(
            publicKeys: [state.validator(attestation.attesterIndex).pubkey],
            message: computeSigningRoot(attestation.data, domain, view.spec), signature: attestation.signature)
    }

    /// Takes an aggregate by the rules of gossip (electra p2p-interface, `beacon_aggregate_and_proof`).
    ///
    /// - Returns: its votes, which count from the next slot on.
    func take(_ signed: SignedAggregateAndProof) throws -> IndexedAttestation {
        let view = view
        let aggregate = signed.message.aggregate
        let state = try view.shuffling(for: aggregate.data)
        if let fault = view.gossipChain(aggregate.data.beaconBlockRoot, state).aggregateFault(signed) {
            throw SubmissionRefused("the aggregate of validator \(signed.message.aggregatorIndex) in slot \(aggregate.data.slot): \(fault)")
        }
        let indexed = try state.getIndexedAttestation(aggregate)
        let key = AttestationPool.Key(data: aggregate.data, committee: CommitteeIndex(aggregate.committeeBits.setIndices.first ?? 0))
        attestations.insert(AttestationPool.Aggregate(bits: aggregate.aggregationBits, signature: aggregate.signature), for: key)
        announcements.operations.send(.aggregate(signed))
        return indexed
    }
}
