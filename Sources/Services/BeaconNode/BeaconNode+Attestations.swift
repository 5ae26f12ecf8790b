import BLS
public import BeaconTypes
import ForkChoice
import GossipValidation
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// Takes single votes by the rules of gossip (electra p2p-interface, `beacon_attestation_{subnet_id}`): for a slot of
    /// this or the last epoch that has begun, for a known block, by a member of the committee, with a true signature.
    public func submitAttestations(_ new: [SingleAttestation]) async throws {
        var claims: [SignatureSet?] = []
        var failures: [SubmissionRefused.Failure] = []
        for (index, attestation) in new.enumerated() {
            do {
                claims.append(try claim(of: attestation))
            } catch {
                claims.append(nil)
                failures.append(.init(index: index, message: "\(error)"))
            }
        }
        // All together; one by one only when that fails.
        let allHold = BLS.verify(claims.compactMap(\.self))
        for (index, attestation) in new.enumerated() {
            guard let claim = claims[index] else { continue }
            if allHold || BLS.verify([claim]) {
                take(attestation)
            } else {
                failures.append(
                    .init(index: index, message: "\(StateTransitionError(.attestationSignature, "validator \(attestation.attesterIndex)"))")
                )
            }
        }
        if !failures.isEmpty { throw SubmissionRefused(failures.sorted { $0.index < $1.index }) }
    }

    private func take(_ attestation: SingleAttestation) {
        attestations.insert(attestation)
        queuedVotes.append(
            IndexedAttestation(
                attestingIndices: [attestation.attesterIndex], data: attestation.data, signature: attestation.signature))
        operationBroadcast.send(.singleAttestation(attestation))
    }

    /// What the signature of a vote must hold for, after every other rule.
    private func claim(of attestation: SingleAttestation) throws -> SignatureSet {
        let state = try shuffling(for: attestation.data)
        let committee = try state.getBeaconCommittee(attestation.data.slot, attestation.committeeIndex)
        guard committee.contains(attestation.attesterIndex) else {
            throw SubmissionRefused(
                "validator \(attestation.attesterIndex) is not in committee \(attestation.committeeIndex) of slot \(attestation.data.slot)")
        }
        let domain = state.getDomain(Constant.domainBeaconAttester, attestation.data.target.epoch)
        return try SignatureSet(
            publicKeys: [state.validator(attestation.attesterIndex).pubkey],
            message: computeSigningRoot(attestation.data, domain, spec), signature: attestation.signature)
    }

    /// A state that knows the committees of the vote's slot, once the vote itself is plausible.
    func shuffling(for data: AttestationData) throws -> CachedBeaconState {
        let perEpoch = spec.preset.slotsPerEpoch
        let current = max(clock.currentSlot ?? 0, head.slot)
        guard data.slot <= current else { throw SubmissionRefused("slot \(data.slot) is in the future; it is slot \(current)") }
        guard data.slot / perEpoch + 1 >= current / perEpoch else {
            throw SubmissionRefused("slot \(data.slot) is too old for an attestation; it is slot \(current)")
        }
        guard data.target.epoch == data.slot / perEpoch else {
            throw SubmissionRefused("\(StateTransitionError(.attestationTargetSlot, "epoch \(data.target.epoch), slot \(data.slot)"))")
        }
        guard data.index == 0 else { throw SubmissionRefused("\(StateTransitionError(.attestationIndex, "\(data.index)"))") }
        guard let node = forkChoice.node(data.beaconBlockRoot) else {
            throw SubmissionRefused("the attested block \(data.beaconBlockRoot) is not known")
        }
        guard node.slot <= data.slot else { throw SubmissionRefused("the attested block is of the later slot \(node.slot)") }
        if let target = forkChoice.checkpointBlock(of: data.beaconBlockRoot, epoch: data.target.epoch), target != data.target.root {
            throw SubmissionRefused(
                "the target \(data.target.root) is not the checkpoint of epoch \(data.target.epoch) before the attested block")
        }
        return try stateKnowing(epoch: data.target.epoch)
    }

    /// The next block's pre-state, or the head's state advanced to the start of `epoch` when that is later.
    func stateKnowing(epoch: Epoch) throws -> CachedBeaconState {
        var state = try operationState()
        if epoch > state.currentEpoch + 1 {
            let start = epoch * spec.preset.slotsPerEpoch
            guard start <= max(clock.currentSlot ?? 0, head.slot) + 2 * spec.preset.slotsPerEpoch else {
                throw SubmissionRefused("epoch \(epoch) is too far ahead")
            }
            try state.processSlots(to: start)
        }
        return state
    }

    /// Takes an aggregate by the rules of gossip (electra p2p-interface, `beacon_aggregate_and_proof`).
    func take(_ signed: SignedAggregateAndProof) throws {
        let aggregate = signed.message.aggregate
        let state = try shuffling(for: aggregate.data)
        if let fault = gossipChain().aggregateFault(signed) {
            throw SubmissionRefused("the aggregate of validator \(signed.message.aggregatorIndex) in slot \(aggregate.data.slot): \(fault)")
        }
        let indexed = try state.getIndexedAttestation(aggregate)
        let key = AttestationPool.Key(data: aggregate.data, committee: CommitteeIndex(aggregate.committeeBits.setIndices.first ?? 0))
        attestations.insert(AttestationPool.Aggregate(bits: aggregate.aggregationBits, signature: aggregate.signature), for: key)
        queuedVotes.append(indexed)
        operationBroadcast.send(.aggregate(signed))
    }
}
